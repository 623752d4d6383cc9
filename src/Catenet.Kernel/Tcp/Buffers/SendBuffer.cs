using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The octets from SND.UNA on that the user has given and the peer has not acknowledged, in shared blocks to which segments refer.</summary>
/// <remarks>A connection has one only while there are octets. Every block but the last is full, so an offset leads to its block without a search. Octets once written are never changed.</remarks>
internal sealed class SendBuffer : IReusable
{
    /// <summary>The size of a block in octets.</summary>
    public const int BlockSize = 1 << Shift;

    private const int Shift = 15;

    private SharedBlock[] _blocks = new SharedBlock[2];
    private int _first;
    private int _count;
    private int _start;

    /// <summary>How many octets there are.</summary>
    public int Length { get; private set; }

    /// <summary>Copies octets to the end.</summary>
    public void Append(ReadOnlySpan<byte> data, PacketPool pool)
    {
        while (!data.IsEmpty)
        {
            int end = _start + Length;
            int block = end >> Shift;
            if (block == _count)
            {
                AddBlock(pool.RentBlock(BlockSize));
            }

            int at = end & (BlockSize - 1);
            int part = Math.Min(data.Length, BlockSize - at);
            data[..part].CopyTo(Block(block).Bytes.AsSpan(at));
            data = data[part..];
            Length += part;
        }
    }

    /// <summary>Lets go of octets at the front, which the peer has acknowledged.</summary>
    public void Discard(int count)
    {
        Length -= count;
        _start += count;
        while (_count > 0 && (_start >= BlockSize || Length == 0))
        {
            Block(0).Release();
            _blocks[_first] = null!;
            _first = (_first + 1) & (_blocks.Length - 1);
            _count--;
            _start -= BlockSize;
        }

        if (Length == 0)
        {
            _start = 0;
        }
    }

    /// <summary>Adds octets to a packet without copying them.</summary>
    public void AddTo(PacketBuffer packet, int offset, int length)
    {
        int position = _start + offset;
        while (length > 0)
        {
            int at = position & (BlockSize - 1);
            int part = Math.Min(length, BlockSize - at);
            packet.AppendSlice(Block(position >> Shift), at, part);
            position += part;
            length -= part;
        }
    }

    /// <summary>Copies octets out.</summary>
    public void CopyTo(int offset, Span<byte> destination)
    {
        int position = _start + offset;
        while (!destination.IsEmpty)
        {
            int at = position & (BlockSize - 1);
            int part = Math.Min(destination.Length, BlockSize - at);
            Block(position >> Shift).Bytes.AsSpan(at, part).CopyTo(destination);
            position += part;
            destination = destination[part..];
        }
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear() => Discard(Length);

    private SharedBlock Block(int index) => _blocks[(_first + index) & (_blocks.Length - 1)];

    private void AddBlock(SharedBlock block)
    {
        if (_count == _blocks.Length)
        {
            var larger = new SharedBlock[_count * 2];
            for (int i = 0; i < _count; i++)
            {
                larger[i] = Block(i);
            }

            _blocks = larger;
            _first = 0;
        }

        _blocks[(_first + _count++) & (_blocks.Length - 1)] = block;
    }
}
