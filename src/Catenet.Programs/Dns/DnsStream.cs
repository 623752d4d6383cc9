using System.Buffers.Binary;
using Catenet.Kernel.Sockets;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>DNS messages on a TCP connection: each behind its length in two octets (RFC 1035 4.2.2).</summary>
internal static class DnsStream
{
    /// <summary>Writes length and message in one piece (RFC 7766 8).</summary>
    public static async Task WriteAsync(NetSocket socket, DnsMessage message, CancellationToken token)
    {
        byte[] octets = message.ToArray();
        byte[] framed = new byte[octets.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)octets.Length);
        octets.CopyTo(framed.AsSpan(2));
        await socket.SendAsync(framed, token);
    }

    /// <summary>Reads the next message; null at the end of the stream.</summary>
    public static async Task<byte[]?> ReadAsync(NetSocket socket, CancellationToken token)
    {
        byte[] length = new byte[2];
        if (!await FillAsync(socket, length, token))
        {
            return null;
        }

        byte[] octets = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        return await FillAsync(socket, octets, token) ? octets : null;
    }

    private static async Task<bool> FillAsync(NetSocket socket, byte[] buffer, CancellationToken token)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(filled), token);
            if (count == 0)
            {
                return false;
            }

            filled += count;
        }

        return true;
    }
}
