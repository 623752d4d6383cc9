using System.Buffers.Binary;
using System.Text;

namespace Catenet.Wire.Capture;

/// <summary>Puts one block together: type, length, body, options, length again, all little-endian and in fours (draft-ietf-opsawg-pcapng 3.1).</summary>
internal sealed class PcapngBlock
{
    private const ushort EndOfOptions = 0;

    private byte[] _octets = new byte[2048];
    private int _length;
    private bool _hasOptions;

    public void Begin(uint type)
    {
        _length = 0;
        _hasOptions = false;
        AddUInt32(type);
        AddUInt32(0);
    }

    public void AddUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    public void AddUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void AddUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>Adds octets, padded with zeros to four.</summary>
    public void AddPadded(ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(Take(octets.Length));
        Pad();
    }

    private void Pad() => Take(-_length & 3).Clear();

    /// <summary>Adds an option; a text that is null adds none, one that is too long is cut.</summary>
    public void AddOption(ushort code, string? text)
    {
        if (text is not null)
        {
            byte[] octets = Encoding.UTF8.GetBytes(text);
            AddOption(code, octets.AsSpan(0, Math.Min(octets.Length, ushort.MaxValue)));
        }
    }

    public void AddOption(ushort code, ReadOnlySpan<byte> value)
    {
        AddUInt16(code);
        AddUInt16((ushort)value.Length);
        AddPadded(value);
        _hasOptions = true;
    }

    public void AddOption(ushort code, uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(octets, value);
        AddOption(code, octets);
    }

    public void AddOption(ushort code, ulong value)
    {
        Span<byte> octets = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(octets, value);
        AddOption(code, octets);
    }

    /// <summary>The finished block, to be used before the next one begins.</summary>
    public ReadOnlySpan<byte> End()
    {
        if (_hasOptions)
        {
            AddUInt16(EndOfOptions);
            AddUInt16(0);
        }

        uint total = (uint)_length + 4;
        AddUInt32(total);
        BinaryPrimitives.WriteUInt32LittleEndian(_octets.AsSpan(4), total);
        return _octets.AsSpan(0, _length);
    }

    private Span<byte> Take(int size)
    {
        if (_length + size > _octets.Length)
        {
            Array.Resize(ref _octets, Math.Max(_octets.Length * 2, _length + size));
        }

        _length += size;
        return _octets.AsSpan(_length - size, size);
    }
}
