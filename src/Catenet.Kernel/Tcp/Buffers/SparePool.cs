namespace Catenet.Kernel.Tcp;

/// <summary>What can be emptied and used again.</summary>
internal interface IReusable
{
    /// <summary>Lets go of everything.</summary>
    void Clear();
}

/// <summary>Keeps what connections hold only while they need it, so that an idle one holds nothing and one that needs it now and then allocates nothing.</summary>
internal sealed class SparePool<T>
    where T : class, IReusable, new()
{
    private const int Kept = 256;

    private Stack<T>? _spare; // most hosts never need one

    /// <summary>Fills a place that is empty.</summary>
    public T Hold(ref T? place) => place ??= _spare is not null && _spare.TryPop(out var spare) ? spare : new T();

    /// <summary>Empties a place and what is in it, if there is anything.</summary>
    public void Return(ref T? place)
    {
        if (place is null)
        {
            return;
        }

        place.Clear();
        _spare ??= new Stack<T>();
        if (_spare.Count < Kept)
        {
            _spare.Push(place);
        }

        place = null;
    }
}
