namespace Catenet.Wire.Internet;

/// <summary>Walks every option of an IPv4 header in order, no-operations included, up to the end of the list or the first malformed one.</summary>
/// <remarks>Write <c>foreach (var option in new IPv4OptionEnumerator(ip.Options))</c>.</remarks>
public ref struct IPv4OptionEnumerator
{
    private readonly ReadOnlySpan<byte> _options;
    private int _offset;
    private int _next;

    /// <summary>Begins before the first option.</summary>
    public IPv4OptionEnumerator(ReadOnlySpan<byte> options) => _options = options;

    /// <summary>Whether the walk ended at an option whose length is below 2 or beyond the header.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Where in the header the walk ended if malformed: the pointer of the parameter problem to send (RFC 1812 5.2.6).</summary>
    public readonly int ErrorPointer => IPv4View.MinSize + Math.Min(_next + 1, _options.Length - 1);

    /// <summary>Where the current option begins in the options.</summary>
    public readonly int Offset => _offset;

    /// <summary>The current option.</summary>
    public readonly IPv4Option Current => new(_options[_offset.._next]);

    /// <summary>Goes to the next option.</summary>
    public bool MoveNext()
    {
        if (_next >= _options.Length || IsMalformed || (_next > 0 && _options[_offset] == IPv4OptionType.EndOfList))
        {
            return false;
        }

        int length = 1;
        if (_options[_next] > IPv4OptionType.NoOperation)
        {
            length = _next + 1 < _options.Length ? _options[_next + 1] : 0;
            if (length < 2 || _next + length > _options.Length)
            {
                IsMalformed = true;
                return false;
            }
        }

        _offset = _next;
        _next += length;
        return true;
    }

    /// <summary>The enumerator itself.</summary>
    public readonly IPv4OptionEnumerator GetEnumerator() => this;
}
