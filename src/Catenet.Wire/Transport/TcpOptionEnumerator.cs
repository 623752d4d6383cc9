namespace Catenet.Wire.Transport;

/// <summary>Walks every option of a TCP header in order, no-operations included, up to the end of the list or the first malformed one.</summary>
/// <remarks>Write <c>foreach (var option in new TcpOptionEnumerator(tcp.Options))</c>.</remarks>
public ref struct TcpOptionEnumerator
{
    private readonly ReadOnlySpan<byte> _options;
    private int _offset;
    private int _next;

    /// <summary>Begins before the first option.</summary>
    public TcpOptionEnumerator(ReadOnlySpan<byte> options) => _options = options;

    /// <summary>Whether the walk ended at an option whose length is below 2 or beyond the header.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Where the current option begins in the options.</summary>
    public readonly int Offset => _offset;

    /// <summary>The current option.</summary>
    public readonly TcpOption Current => new(_options[_offset], _next - _offset == 1 ? default : _options[(_offset + 2).._next]);

    /// <summary>Goes to the next option.</summary>
    public bool MoveNext()
    {
        if (_next >= _options.Length || IsMalformed || (_next > 0 && _options[_offset] == TcpOptionKind.EndOfList))
        {
            return false;
        }

        byte kind = _options[_next];
        int length = 1;
        if (kind > TcpOptionKind.NoOperation)
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
    public readonly TcpOptionEnumerator GetEnumerator() => this;
}

/// <summary>One TCP option.</summary>
public readonly ref struct TcpOption
{
    internal TcpOption(byte kind, ReadOnlySpan<byte> data)
    {
        Kind = kind;
        Data = data;
    }

    /// <summary>The kind (<see cref="TcpOptionKind"/>).</summary>
    public byte Kind { get; }

    /// <summary>What follows kind and length.</summary>
    public ReadOnlySpan<byte> Data { get; }
}
