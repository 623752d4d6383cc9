namespace Catenet.Kernel.Tcp;

/// <summary>Finds options that are equal, so that thousands of sockets of a program, which sets the same for all, have one object between them.</summary>
internal sealed class SharedOptions
{
    /// <summary>How many are known at most: a program that sets each socket its own gains nothing, and loses little.</summary>
    private const int Most = 64;

    private HashSet<TcpSocketOptions>? _known;

    /// <summary>Those of the same values that are known already, or these.</summary>
    public TcpSocketOptions Find(TcpSocketOptions options)
    {
        _known ??= [];
        if (_known.TryGetValue(options, out var known))
        {
            return known;
        }

        if (_known.Count == Most)
        {
            _known.Clear();
        }

        _known.Add(options);
        return options;
    }
}
