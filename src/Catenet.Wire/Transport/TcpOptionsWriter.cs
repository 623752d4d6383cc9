using System.Buffers.Binary;

namespace Catenet.Wire.Transport;

/// <summary>Writes options behind a TCP header, in the order of the calls, each aligned as Linux aligns it.</summary>
/// <remarks>Every method returns false, writing nothing, if the 40 octets that a header has for options are used up.</remarks>
public ref struct TcpOptionsWriter
{
    /// <summary>The octets that a header has for options.</summary>
    public const int MaxLength = 40;

    /// <summary>The size of timestamps with the two no-operations that align them.</summary>
    public const int TimestampsSize = 12;

    private readonly Span<byte> _room;
    private int _length;

    /// <summary>Begins at the start of the room, of which at most 40 octets are used.</summary>
    public TcpOptionsWriter(Span<byte> room) => _room = room.Length > MaxLength ? room[..MaxLength] : room;

    /// <summary>How many octets are written.</summary>
    public readonly int Length => _length;

    /// <summary>What is written.</summary>
    public readonly ReadOnlySpan<byte> Written => _room[.._length];

    /// <summary>How many octets are left.</summary>
    public readonly int Remaining => _room.Length - _length;

    /// <summary>Writes <c>nop, nop, TS</c> at the start of the room: the hot path's only options.</summary>
    public static int WriteTimestamps(Span<byte> room, uint value, uint echo)
    {
        BinaryPrimitives.WriteUInt32BigEndian(room[8..], echo);
        BinaryPrimitives.WriteUInt32BigEndian(room[4..], value);
        BinaryPrimitives.WriteUInt32BigEndian(room, 0x0101_080A);
        return TimestampsSize;
    }

    /// <summary>Adds a maximum segment size (4 octets).</summary>
    public bool AddMaximumSegmentSize(ushort value) => AddWord(0x0204_0000u | value);

    /// <summary>Adds a no-operation and a window scale (4 octets; less behind an option that ends unaligned).</summary>
    public bool AddWindowScale(byte shift) => AddPadded(1, TcpOptionKind.WindowScale, [shift]);

    /// <summary>Adds two no-operations and SACK permitted (4 octets; less behind an option that ends unaligned).</summary>
    public bool AddSackPermitted() => AddPadded(2, TcpOptionKind.SackPermitted, default);

    /// <summary>Adds two no-operations and timestamps (12 octets).</summary>
    public bool AddTimestamps(uint value, uint echo)
    {
        if (Remaining < TimestampsSize)
        {
            return false;
        }

        _length += WriteTimestamps(_room[_length..], value, echo);
        return true;
    }

    /// <summary>Adds SACK permitted and timestamps in the twelve octets that timestamps alone would take.</summary>
    public bool AddSackPermittedAndTimestamps(uint value, uint echo)
    {
        if (!AddTimestamps(value, echo))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_room[(_length - TimestampsSize)..], 0x0402);
        return true;
    }

    /// <summary>Adds two no-operations and as many of the SACK blocks as fit (4 + 8n octets), at most four; returns how many.</summary>
    public int AddSack(scoped ReadOnlySpan<SackBlock> blocks)
    {
        int padding = (2 - _length) & 3;
        int count = Math.Min(Math.Min(blocks.Length, 4), (Remaining - padding - 2) / 8);
        if (count <= 0)
        {
            return 0;
        }

        Pad(padding);
        _room[_length++] = TcpOptionKind.Sack;
        _room[_length++] = (byte)(2 + 8 * count);
        foreach (var block in blocks[..count])
        {
            AddWord(block.Left.Value);
            AddWord(block.Right.Value);
        }

        return count;
    }

    /// <summary>Adds a Fast Open cookie, or a request for one if empty, padded behind to four octets as Linux does it.</summary>
    public bool AddFastOpen(scoped ReadOnlySpan<byte> cookie) => AddOptionAndPad(TcpOptionKind.FastOpen, cookie);

    /// <summary>Adds a user timeout (4 octets), given as it stands on the wire (RFC 5482 3.1).</summary>
    public bool AddUserTimeout(ushort value) => AddWord(0x1C04_0000u | value);

    /// <summary>The size of an MD5 signature with the two no-operations that align it.</summary>
    public const int Md5SignatureSize = 20;

    /// <summary>The size of an authentication option with its padding.</summary>
    public static int AuthenticationSize(int macLength) => (4 + macLength + 3) & ~3;

    /// <summary>Adds two no-operations and an MD5 signature, zero for the time being (20 octets, RFC 2385 3).</summary>
    public bool AddMd5Signature()
    {
        Span<byte> zero = stackalloc byte[16];
        zero.Clear();
        return AddOption(TcpOptionKind.Md5Signature, zero);
    }

    /// <summary>Adds an authentication option whose code is zero for the time being, padded behind (RFC 5925 2.2).</summary>
    public bool AddAuthentication(byte keyId, byte nextKeyId, int macLength)
    {
        int size = AuthenticationSize(macLength);
        if (Remaining < size)
        {
            return false;
        }

        var option = _room.Slice(_length, size);
        option.Clear();
        option[0] = TcpOptionKind.Authentication;
        option[1] = (byte)(4 + macLength);
        option[2] = keyId;
        option[3] = nextKeyId;
        option[(4 + macLength)..].Fill(TcpOptionKind.NoOperation);
        _length += size;
        return true;
    }

    /// <summary>Adds any option, with no-operations in front so that it ends at a multiple of four octets.</summary>
    public bool AddOption(byte kind, scoped ReadOnlySpan<byte> data)
    {
        int padding = -(_length + data.Length + 2) & 3;
        if (Remaining < padding + 2 + data.Length)
        {
            return false;
        }

        _room.Slice(_length, padding).Fill(TcpOptionKind.NoOperation);
        _length += padding;
        _room[_length] = kind;
        _room[_length + 1] = (byte)(data.Length + 2);
        data.CopyTo(_room[(_length + 2)..]);
        _length += data.Length + 2;
        return true;
    }

    /// <summary>Adds any option, with no-operations behind it up to a multiple of four octets, as Linux pads a Fast Open cookie.</summary>
    public bool AddOptionAndPad(byte kind, scoped ReadOnlySpan<byte> data)
    {
        int padding = -(_length + data.Length + 2) & 3;
        if (Remaining < data.Length + 2 + padding)
        {
            return false;
        }

        _room[_length] = kind;
        _room[_length + 1] = (byte)(data.Length + 2);
        data.CopyTo(_room[(_length + 2)..]);
        _length += data.Length + 2;
        Pad(padding);
        return true;
    }

    /// <summary>Adds Accurate ECN's counters without padding: what comes next, or <see cref="Align"/>, fills up (RFC 9768 3.2.3).</summary>
    /// <param name="kind"><see cref="TcpOptionKind.AccurateEcn0"/> or <see cref="TcpOptionKind.AccurateEcn1"/>, which tells the order.</param>
    /// <param name="counters">At most three; of each the low 24 bits are sent.</param>
    public bool AddAccurateEcn(byte kind, scoped ReadOnlySpan<uint> counters)
    {
        int length = 2 + 3 * counters.Length;
        if (Remaining < length)
        {
            return false;
        }

        _room[_length] = kind;
        _room[_length + 1] = (byte)length;
        _length += 2;
        foreach (uint counter in counters)
        {
            _room[_length] = (byte)(counter >> 16);
            BinaryPrimitives.WriteUInt16BigEndian(_room[(_length + 1)..], (ushort)counter);
            _length += 3;
        }

        return true;
    }

    /// <summary>Fills up with no-operations to a multiple of four octets.</summary>
    public void Align() => Pad(-_length & 3);

    /// <summary>Adds an option that begins at a place modulo four, behind the no-operations that this takes.</summary>
    private bool AddPadded(int place, byte kind, scoped ReadOnlySpan<byte> data)
    {
        int padding = (place - _length) & 3;
        if (Remaining < padding + 2 + data.Length)
        {
            return false;
        }

        Pad(padding);
        _room[_length] = kind;
        _room[_length + 1] = (byte)(data.Length + 2);
        data.CopyTo(_room[(_length + 2)..]);
        _length += data.Length + 2;
        return true;
    }

    private void Pad(int octets)
    {
        _room.Slice(_length, octets).Fill(TcpOptionKind.NoOperation);
        _length += octets;
    }

    private bool AddWord(uint word)
    {
        if (Remaining < 4)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(_room[_length..], word);
        _length += 4;
        return true;
    }
}
