using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Makes traffic keys of master keys (RFC 5926 3.1).</summary>
internal static class AoKeyDerivation
{
    /// <summary>A master key as the function takes it: for AES-CMAC, one of another length than the cipher's is first made that long (RFC 5926 3.1.1.2).</summary>
    public static byte[] Prepare(TcpAoAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        if (algorithm != TcpAoAlgorithm.AesCmac || key.Length == AesCmac.Size)
        {
            return key.ToArray();
        }

        var prepared = new byte[AesCmac.Size];
        new AesCmac(new byte[AesCmac.Size]).Compute(key, prepared);
        return prepared;
    }

    /// <summary>The key for segments from a source to a destination with their initial sequence numbers; that of a destination not known yet is zero.</summary>
    /// <param name="key">The master key tuple.</param>
    /// <param name="source">The sender's address.</param>
    /// <param name="destination">The receiver's address.</param>
    /// <param name="ports">Both ports as a segment has them.</param>
    /// <param name="sourceIsn">The sender's initial sequence number.</param>
    /// <param name="destinationIsn">The receiver's.</param>
    public static TrafficKey Derive(TcpAoKey key, InetAddress source, InetAddress destination, ReadOnlySpan<byte> ports, SeqNumber sourceIsn, SeqNumber destinationIsn)
    {
        int size = key.Algorithm switch { TcpAoAlgorithm.HmacSha1 => 20, TcpAoAlgorithm.HmacSha256 => 32, _ => AesCmac.Size };
        var input = new DigestInput();
        input.Append(1)[0] = 1;
        input.Append("TCP-AO"u8);
        source.CopyTo(input.Append(source.Size));
        destination.CopyTo(input.Append(destination.Size));
        input.Append(ports);
        BinaryPrimitives.WriteUInt32BigEndian(input.Append(4), sourceIsn.Value);
        BinaryPrimitives.WriteUInt32BigEndian(input.Append(4), destinationIsn.Value);
        BinaryPrimitives.WriteUInt16BigEndian(input.Append(2), (ushort)(8 * size));
        var octets = new byte[size];
        new TrafficKey(key.Algorithm, key.Master).Compute(input.Octets, octets);
        return new TrafficKey(key.Algorithm, octets);
    }
}
