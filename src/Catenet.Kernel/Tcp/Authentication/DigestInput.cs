using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The octets that a signature is computed over, put together in one piece that is used again and again.</summary>
internal sealed class DigestInput
{
    private byte[] _octets = new byte[2048];

    /// <summary>How many octets there are.</summary>
    public int Length { get; private set; }

    /// <summary>The octets.</summary>
    public Span<byte> Octets => _octets.AsSpan(0, Length);

    /// <summary>Begins anew.</summary>
    public void Clear() => Length = 0;

    /// <summary>Adds room.</summary>
    public Span<byte> Append(int count)
    {
        if (Length + count > _octets.Length)
        {
            Array.Resize(ref _octets, Math.Max(2 * _octets.Length, Length + count));
        }

        Length += count;
        return _octets.AsSpan(Length - count, count);
    }

    /// <summary>Adds octets.</summary>
    public void Append(ReadOnlySpan<byte> octets) => octets.CopyTo(Append(octets.Length));

    /// <summary>Adds the pseudo-header of a segment (RFC 9293 3.1, RFC 8200 8.1).</summary>
    public void AppendPseudoHeader(InetAddress source, InetAddress destination, int length)
    {
        source.CopyTo(Append(source.Size));
        destination.CopyTo(Append(destination.Size));
        if (source.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(Append(4), (uint)TcpLayer.ProtocolNumber << 16 | (ushort)length);
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(Append(8), (ulong)(uint)length << 32 | TcpLayer.ProtocolNumber);
        }
    }
}
