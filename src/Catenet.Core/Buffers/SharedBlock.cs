namespace Catenet.Core;

/// <summary>Pooled memory that several packets and a send buffer may refer to; it goes back to the pool with its last reference.</summary>
/// <remarks>
/// Bytes that someone else can see are never written: whoever writes holds the only reference, or writes only past what
/// it has handed out (as a send buffer does). Belongs to one loop's thread.
/// </remarks>
public sealed class SharedBlock
{
    internal readonly PacketPool Pool;
    internal readonly int SizeClass;
    internal int References;

    internal SharedBlock(PacketPool pool, int sizeClass, int size)
    {
        Pool = pool;
        SizeClass = sizeClass;
        Bytes = new byte[size];
    }

    /// <summary>The memory.</summary>
    public byte[] Bytes { get; }

    /// <summary>Whether more than one holder refers to it.</summary>
    public bool IsShared => References > 1;

    /// <summary>Adds a reference.</summary>
    public void AddReference() => References++;

    /// <summary>Gives up a reference; the last one returns the memory to the pool.</summary>
    public void Release()
    {
        if (--References == 0)
        {
            Pool.Return(this);
        }
    }
}
