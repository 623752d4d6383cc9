using Catenet.Core;

namespace Catenet.Wire.Internet.Ndp;

/// <summary>Walks neighbour discovery options that a view found well formed.</summary>
/// <remarks>Write <c>foreach (var option in advertisement.Options)</c>.</remarks>
public ref struct NdpOptionEnumerator
{
    private readonly ReadOnlySpan<byte> _options;
    private int _offset;
    private int _next;

    /// <summary>Begins before the first option; a malformed one ends the walk.</summary>
    public NdpOptionEnumerator(ReadOnlySpan<byte> options) => _options = options;

    /// <summary>Where the current option begins in the options.</summary>
    public readonly int Offset => _offset;

    /// <summary>The current option.</summary>
    public readonly NdpOption Current => new(_options[_offset.._next]);

    /// <summary>Goes to the next option.</summary>
    public bool MoveNext()
    {
        int left = _options.Length - _next;
        if (left < 8 || _options[_next + 1] == 0 || _options[_next + 1] * 8 > left)
        {
            return false;
        }

        _offset = _next;
        _next += _options[_next + 1] * 8;
        return true;
    }

    /// <summary>The enumerator itself.</summary>
    public readonly NdpOptionEnumerator GetEnumerator() => this;

    /// <summary>Whether every option has a length above zero and the last ends where the data does (RFC 4861 6.1, 7.1).</summary>
    public static bool AreWellFormed(ReadOnlySpan<byte> options)
    {
        while (!options.IsEmpty)
        {
            if (options.Length < 8 || options[1] == 0 || options[1] * 8 > options.Length)
            {
                return false;
            }

            options = options[(options[1] * 8)..];
        }

        return true;
    }

    /// <summary>Finds the first link-layer address of the given type (<see cref="NdpOptionType.SourceLinkAddress"/> or target).</summary>
    public static bool TryFindLinkAddress(ReadOnlySpan<byte> options, byte type, out MacAddress address)
    {
        foreach (var option in new NdpOptionEnumerator(options))
        {
            if (option.Type == type && option.IsLinkAddress)
            {
                address = option.LinkAddress;
                return true;
            }
        }

        address = default;
        return false;
    }
}
