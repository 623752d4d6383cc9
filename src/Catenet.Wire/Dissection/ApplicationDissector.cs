using Catenet.Wire.Dns;
using Catenet.Wire.Http;
using Catenet.Wire.Tls;

namespace Catenet.Wire.Dissection;

/// <summary>What TCP and UDP carry, recognised by port or by how it begins.</summary>
internal static class ApplicationDissector
{
    /// <summary>The port of DNS.</summary>
    public const ushort DnsPort = 53;

    /// <summary>The port of multicast DNS.</summary>
    public const ushort MulticastDnsPort = 5353;

    /// <summary>Whether a datagram of these ports is taken for DNS.</summary>
    public static bool IsDns(ushort source, ushort destination) =>
        source is DnsPort or MulticastDnsPort || destination is DnsPort or MulticastDnsPort;

    /// <summary>Adds what a datagram carries.</summary>
    public static void Datagram(Layer layer, Scope scope, ushort source, ushort destination)
    {
        if (IsDns(source, destination))
        {
            layer.Add(DnsDissector.Dissect(scope, 0));
        }
        else
        {
            DataFields.AddTo(layer, scope, 7);
        }
    }

    /// <summary>Adds what a segment's data begins with; the middle of a message is data.</summary>
    public static void Stream(Layer layer, Scope scope, ushort source, ushort destination)
    {
        if (HttpStartLine.TryParse(scope.Data, out var line))
        {
            layer.Add(HttpDissector.Dissect(scope, line));
        }
        else if (TlsRecordView.TryParse(scope.Data, out _))
        {
            TlsDissector.Dissect(layer, scope);
        }
        else if (source == DnsPort || destination == DnsPort)
        {
            DnsStream(layer, scope);
        }
        else
        {
            DataFields.AddTo(layer, scope, 7);
        }
    }

    /// <summary>Adds messages with their length in front (RFC 7766 8), as far as they are whole.</summary>
    private static void DnsStream(Layer layer, Scope scope)
    {
        int at = 0;
        while (scope.Data.Length - at >= 2 + DnsHeaderView.Size && Octets.U16(scope.Data, at) is var length && length >= DnsHeaderView.Size && length <= scope.Data.Length - at - 2)
        {
            layer.Add(DnsDissector.Dissect(scope.Inner(at, 2 + length), 2));
            at += 2 + length;
        }

        DataFields.AddTo(layer, scope.Inner(at), 7);
    }
}
