using System.Buffers.Binary;
using System.Security.Cryptography;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Packets;

/// <summary>Signs the script's segments and verifies the stack's (RFC 2385), independently of the kernel.</summary>
internal static class Md5Signature
{
    /// <summary>Fills in the signature of a packet that has room for one, and its TCP checksum.</summary>
    public static void Sign(byte[] packet, byte[] key)
    {
        if (Find(packet, out int tcp) is > 0 and var at)
        {
            Digest(packet, tcp, key).CopyTo(packet, at);
            var segment = packet.AsSpan(tcp);
            TcpView.SetChecksum(segment, 0);
            var (source, destination) = Addresses(packet);
            TcpView.UpdateChecksum(segment, InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, segment.Length));
        }
    }

    /// <summary>Whether a packet is signed by the key.</summary>
    public static bool IsValid(byte[] packet, byte[] key) =>
        Find(packet, out int tcp) is > 0 and var at && Digest(packet, tcp, key).AsSpan().SequenceEqual(packet.AsSpan(at, 16));

    private static int Find(byte[] packet, out int tcp)
    {
        tcp = packet[0] >> 4 == 4 ? (packet[0] & 15) * 4 : IPv6View.Size;
        var walk = new TcpOptionEnumerator(packet.AsSpan(tcp + TcpView.MinSize, (packet[tcp + 12] >> 4) * 4 - TcpView.MinSize));
        while (walk.MoveNext())
        {
            if (walk.Current is { Kind: TcpOptionKind.Md5Signature, Data.Length: 16 })
            {
                return tcp + TcpView.MinSize + walk.Offset + 2;
            }
        }

        return 0;
    }

    private static byte[] Digest(byte[] packet, int tcp, byte[] key)
    {
        int header = (packet[tcp + 12] >> 4) * 4, length = packet.Length - tcp;
        var (source, destination) = Addresses(packet);
        var input = new List<byte>();
        Span<byte> room = stackalloc byte[16];
        foreach (var address in (ReadOnlySpan<InetAddress>)[source, destination])
        {
            input.AddRange(room[..address.CopyTo(room)]);
        }

        if (source.IsIPv4)
        {
            input.AddRange([0, IpProtocol.Tcp, (byte)(length >> 8), (byte)length]);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(room, length);
            input.AddRange([.. room[..4], 0, 0, 0, IpProtocol.Tcp]);
        }

        input.AddRange(packet.AsSpan(tcp, 16));
        input.AddRange([0, 0]);
        input.AddRange(packet.AsSpan(tcp + 18, 2));
        input.AddRange(packet.AsSpan(tcp + header));
        input.AddRange(key);
#pragma warning disable CA5351 // RFC 2385 knows no other digest
        return MD5.HashData([.. input]);
#pragma warning restore CA5351
    }

    private static (InetAddress Source, InetAddress Destination) Addresses(byte[] packet) => packet[0] >> 4 == 4
        ? (InetAddress.ReadIPv4(packet.AsSpan(12)), InetAddress.ReadIPv4(packet.AsSpan(16)))
        : (InetAddress.ReadIPv6(packet.AsSpan(8)), InetAddress.ReadIPv6(packet.AsSpan(24)));
}
