using System.Globalization;
using Catenet.Core;
using Catenet.Wire.Internet;
using Catenet.Wire.Link;

namespace Catenet.Wire.Dissection;

/// <summary>Ethernet, VLAN tags and ARP.</summary>
internal static class LinkDissector
{
    public static Layer Ethernet(Scope scope)
    {
        var layer = new Layer(EthernetFields.Table, scope, EthernetView.Size);
        if (!EthernetView.TryParse(scope.Data, out var eth))
        {
            layer.Malformed(Reason.TooShort(EthernetView.Size, scope.Data.Length));
            return layer;
        }

        layer.Summary = $"{eth.Source} > {eth.Destination}, {TypeText(eth.EtherType)}";
        Payload(layer, scope, EthernetView.Size, eth.EtherType);
        return layer;
    }

    /// <summary>Adds what an EtherType announces, and the padding behind it to the outermost header that can tell.</summary>
    private static void Payload(Layer layer, Scope scope, int start, ushort etherType)
    {
        var inner = scope.Inner(start);
        if (etherType < EtherType.FirstType)
        {
            // An 802.3 length instead of a type: what follows is LLC.
            inner = scope.Inner(start, Math.Min(etherType, inner.Data.Length));
        }

        var child = scope.Depth >= Scope.MaxDepth ? null : etherType switch
        {
            EtherType.IPv4 => IPv4Dissector.Dissect(inner),
            EtherType.IPv6 => IPv6Dissector.Dissect(inner),
            EtherType.Arp => Arp(inner),
            EtherType.Vlan => Vlan(inner, VlanFields.Table),
            EtherType.ServiceVlan => Vlan(inner, VlanFields.Service),
            _ => null,
        };
        if (child is null)
        {
            DataFields.AddTo(layer, inner, 3);
            layer.PayloadLength = inner.Data.Length;
        }
        else
        {
            layer.Add(child);
            layer.PayloadLength = child.HeaderLength + child.PayloadLength + child.TrailerLength;
        }

        int padding = scope.Data.Length - start - layer.PayloadLength;
        if (padding > 0)
        {
            layer.TrailerLength = padding;
            var octets = scope.Data[^padding..];
            layer.Add(scope.Field("Padding", "eth.padding", Convert.ToHexStringLower(octets), scope.Data.Length - padding, padding));
        }
    }

    private static Layer Vlan(Scope scope, FieldTable table)
    {
        var layer = new Layer(table, scope, VlanView.Size);
        if (!VlanView.TryParse(scope.Data, out var vlan))
        {
            layer.Malformed(Reason.TooShort(VlanView.Size, scope.Data.Length));
            return layer;
        }

        layer.Summary = string.Create(CultureInfo.InvariantCulture, $"VLAN {vlan.Tag.VlanId}, priority {vlan.Tag.Priority}, {TypeText(vlan.EtherType)}");
        Payload(layer, scope, VlanView.Size, vlan.EtherType);
        return layer;
    }

    private static Layer Arp(Scope scope)
    {
        var layer = new Layer(ArpFields.Table, scope, ArpView.Size);
        if (!ArpView.TryParse(scope.Data, out var arp))
        {
            layer.Malformed(scope.Data.Length < ArpView.Size ? Reason.TooShort(ArpView.Size, scope.Data.Length) : "not IPv4 over Ethernet");
            return layer;
        }

        layer.PayloadLength = 0;
        layer.Summary = Describe(arp);
        return layer;
    }

    /// <summary>What an ARP packet says, as tcpdump puts it.</summary>
    public static string Describe(in ArpView arp) => arp.Operation switch
    {
        ArpView.Request when arp.IsProbe => $"who-has {arp.TargetAddress} (probe)",
        ArpView.Request when arp.IsGratuitous => $"who-has {arp.TargetAddress} tell {arp.SenderAddress} (announcement)",
        ArpView.Request => $"who-has {arp.TargetAddress} tell {arp.SenderAddress}",
        ArpView.Reply => $"{arp.SenderAddress} is-at {arp.SenderMac}",
        _ => string.Create(CultureInfo.InvariantCulture, $"operation {arp.Operation}"),
    };

    private static string TypeText(ushort type) => type < EtherType.FirstType
        ? string.Create(CultureInfo.InvariantCulture, $"length {type}")
        : EtherType.Name(type) ?? "type 0x" + type.ToString("x4", CultureInfo.InvariantCulture);
}
