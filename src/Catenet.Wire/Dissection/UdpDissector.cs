using System.Globalization;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Dissection;

/// <summary>UDP.</summary>
internal static class UdpDissector
{
    public static Layer Dissect(Scope scope)
    {
        var layer = new Layer(UdpFields.Table, scope, UdpView.Size);
        if (!UdpView.TryParseQuoted(scope.Data, out var udp))
        {
            if (!scope.IsCut || scope.Data.Length >= UdpView.Size)
            {
                layer.Malformed(scope.Data.Length < UdpView.Size ? Reason.TooShort(UdpView.Size, scope.Data.Length) : "the length is below 8 octets");
            }

            return layer;
        }

        layer.PayloadLength = udp.Payload.Length;
        layer.Summary = string.Create(CultureInfo.InvariantCulture, $"{udp.SourcePort} > {udp.DestinationPort}, length {udp.Length - UdpView.Size}");
        bool isWhole = UdpView.Size + udp.Payload.Length == udp.Length;
        if (!isWhole && !scope.IsCut)
        {
            layer.Malformed(Reason.Length("length", udp.Length, scope.Data.Length));
        }

        layer.Checksum = !isWhole || udp.Checksum == 0 ? ChecksumStatus.Unverified
            : scope.Ip?.Verify(IpProtocol.Udp, scope.Data[..udp.Length]) ?? ChecksumStatus.Unverified;
        if (!udp.Payload.IsEmpty)
        {
            ApplicationDissector.Datagram(layer, scope.Inner(UdpView.Size, udp.Payload.Length), udp.SourcePort, udp.DestinationPort);
        }

        return layer;
    }
}
