using Catenet.Core;

namespace Catenet.Programs.Transfer;

/// <summary>The data of a transfer: random octets that follow from the host and the purpose, so that equal runs send equal data.</summary>
internal sealed class TransferData(RandomStream random, long length)
{
    private long _left = length;

    /// <summary>Writes the next octets; returns how many, 0 at the end.</summary>
    public int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, _left);
        random.Fill(buffer[..count]);
        _left -= count;
        return count;
    }
}
