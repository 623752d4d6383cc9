using Catenet.Wire.Internet;

namespace Catenet.Wire.Dissection;

/// <summary>What both versions of IP have in common: the protocols they carry.</summary>
internal static class IpDissector
{
    /// <summary>A packet whose version its first octet tells.</summary>
    public static Layer ByVersion(Scope scope) => (scope.Data.IsEmpty ? 0 : scope.Data[0] >> 4) switch
    {
        4 => IPv4Dissector.Dissect(scope),
        6 => IPv6Dissector.Dissect(scope),
        _ => DataFields.Layer(scope, 3),
    };

    /// <summary>Adds the upper layer that begins where the scope does.</summary>
    public static void Upper(Layer layer, Scope scope, byte protocol)
    {
        var child = scope.Depth >= Scope.MaxDepth ? null : protocol switch
        {
            IpProtocol.Tcp => TcpDissector.Dissect(scope),
            IpProtocol.Udp => UdpDissector.Dissect(scope),
            IpProtocol.Icmp => IcmpDissector.Dissect(scope),
            IpProtocol.IcmpV6 => IcmpV6Dissector.Dissect(scope),
            IpProtocol.Igmp => IgmpDissector.Dissect(scope),
            IpProtocol.IPv4 => IPv4Dissector.Dissect(scope),
            IpProtocol.IPv6 => IPv6Dissector.Dissect(scope),
            _ => null,
        };
        if (child is null)
        {
            DataFields.AddTo(layer, scope, 4);
        }
        else
        {
            layer.Add(child);
        }
    }

    public static string ProtocolText(byte protocol) => IpProtocol.Name(protocol) ?? $"protocol {protocol}";
}
