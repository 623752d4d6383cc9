using System.Buffers.Binary;

namespace Catenet.Wire.Internet;

/// <summary>A hop-by-hop or destination options header (RFC 8200 4.3, 4.6).</summary>
public readonly ref struct IPv6OptionsView
{
    /// <summary>The size in octets of the smallest header; larger ones grow by eight.</summary>
    public const int MinSize = 8;

    private readonly ReadOnlySpan<byte> _data;

    private IPv6OptionsView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a header that lies wholly within the data.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out IPv6OptionsView view)
    {
        view = new IPv6OptionsView(data);
        return data.Length >= MinSize && (data[1] + 1) * 8 <= data.Length;
    }

    /// <summary>The protocol of what follows.</summary>
    public byte NextHeader => Octets.U8(_data, 0);

    /// <summary>The header's length in octets.</summary>
    public int Length => (Octets.U8(_data, 1) + 1) * 8;

    /// <summary>The options' octets; walk them with <see cref="IPv6OptionEnumerator"/>.</summary>
    public ReadOnlySpan<byte> Options => _data[2..Length];

    /// <summary>Writes a header of eight octets with a router alert (RFC 2711), as MLD needs it, and returns its size.</summary>
    public static int WriteRouterAlert(Span<byte> header, byte nextHeader, ushort value = 0)
    {
        BinaryPrimitives.WriteUInt64BigEndian(header, (ulong)nextHeader << 56 | 0x0000_0502_0000_0100 | (ulong)value << 16);
        return 8;
    }
}

/// <summary>The types of IPv6 options. The top two bits say what to do with an unknown one, the third whether it may change on the way (RFC 8200 4.2).</summary>
public static class IPv6OptionType
{
    /// <summary>One octet of padding, without length.</summary>
    public const byte Pad1 = 0;

    /// <summary>Padding of two octets or more.</summary>
    public const byte PadN = 1;

    /// <summary>Router alert (RFC 2711).</summary>
    public const byte RouterAlert = 5;

    /// <summary>Jumbo payload (RFC 2675); not spoken.</summary>
    public const byte JumboPayload = 0xC2;

    /// <summary>The option's name, or null where it has none here.</summary>
    public static string? Name(ulong type) => type switch
    {
        Pad1 => "Pad1",
        PadN => "PadN",
        RouterAlert => "Router Alert",
        JumboPayload => "Jumbo Payload",
        _ => null,
    };
}

/// <summary>Walks the options of a hop-by-hop or destination options header, padding included, up to the first malformed one.</summary>
public ref struct IPv6OptionEnumerator
{
    private readonly ReadOnlySpan<byte> _options;
    private int _offset;
    private int _next;

    /// <summary>Begins before the first option.</summary>
    public IPv6OptionEnumerator(ReadOnlySpan<byte> options) => _options = options;

    /// <summary>Whether the walk ended at an option that runs past the header.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Where the current option begins in the options; add two, and the header's offset, for a parameter problem's pointer.</summary>
    public readonly int Offset => _offset;

    /// <summary>The current option's type (<see cref="IPv6OptionType"/>).</summary>
    public readonly byte Type => _options[_offset];

    /// <summary>The current option's data.</summary>
    public readonly ReadOnlySpan<byte> Data => _next - _offset < 2 ? default : _options[(_offset + 2).._next];

    /// <summary>What a node does that does not know the current option: 0 skip, 1 discard, 2 discard and tell, 3 discard and tell unless multicast.</summary>
    public readonly int ActionIfUnknown => Type >> 6;

    /// <summary>Goes to the next option.</summary>
    public bool MoveNext()
    {
        if (_next >= _options.Length || IsMalformed)
        {
            return false;
        }

        int length = _options[_next] == IPv6OptionType.Pad1 ? 1 : _next + 1 < _options.Length ? _options[_next + 1] + 2 : int.MaxValue;
        if (length > _options.Length - _next)
        {
            IsMalformed = true;
            return false;
        }

        _offset = _next;
        _next += length;
        return true;
    }
}
