using System.Buffers.Binary;
using Catenet.Packetdrill.Calls;

namespace Catenet.Packetdrill.Linux;

/// <summary>struct sockaddr_in and sockaddr_in6.</summary>
internal static class SocketAddresses
{
    private const int SizeV4 = 16, SizeV6 = 28;

    /// <summary>The structure of an endpoint. A socket of IPv6 names addresses of IPv4 as mapped ones.</summary>
    public static byte[] Encode(InetEndpoint endpoint, bool ipv6)
    {
        var bytes = new byte[ipv6 ? SizeV6 : SizeV4];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(ipv6 ? Symbols.AF_INET6 : Symbols.AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), endpoint.Port);
        if (!ipv6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), endpoint.Address.ToIPv4());
        }
        else if (!endpoint.Address.IsUnspecified)
        {
            endpoint.Address.CopyTo16(bytes.AsSpan(8));
        }

        return bytes;
    }

    /// <summary>The endpoint of a structure; null if it is of another family.</summary>
    public static InetEndpoint? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
        {
            return null;
        }

        ushort port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes) switch
        {
            Symbols.AF_INET => new InetEndpoint(InetAddress.ReadIPv4(bytes[4..8]), port),
            Symbols.AF_INET6 when bytes.Length >= SizeV6 => new InetEndpoint(InetAddress.ReadIPv6(bytes[8..24]), port),
            _ => null,
        };
    }
}
