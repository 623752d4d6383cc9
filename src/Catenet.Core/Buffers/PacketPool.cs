namespace Catenet.Core;

/// <summary>Where a loop's packets and their memory come from and go back to.</summary>
/// <remarks>
/// Last in, first out, so that what is used next is still in the cache. In DEBUG builds every lease notes who took it and
/// <see cref="AssertNoLeaks"/> names them. Belongs to one loop's thread.
/// </remarks>
public sealed class PacketPool
{
    /// <summary>Room kept in front of a transport header: link, VLAN, IPv6 and a tunnel or two.</summary>
    public const int DefaultHeadroom = 128;

    private static readonly int[] Sizes = [256, 2048, 10 * 1024, 32 * 1024, 68 * 1024];
    private const int LargestKept = 64 * 1024 * 1024;

    private readonly EventLoop _loop;
    private readonly Stack<SharedBlock>[] _blocks;
    private readonly Stack<PacketBuffer> _shells = new();
#if DEBUG
    private readonly HashSet<PacketBuffer> _leases = [];
#endif

    internal PacketPool(EventLoop loop)
    {
        _loop = loop;
        _blocks = new Stack<SharedBlock>[Sizes.Length];
        for (int i = 0; i < _blocks.Length; i++)
        {
            _blocks[i] = new Stack<SharedBlock>();
        }
    }

    /// <summary>How many packets are out.</summary>
    public int PacketsOut { get; private set; }

    /// <summary>How many blocks of memory are out.</summary>
    public int BlocksOut { get; private set; }

    /// <summary>DEBUG builds: whether each lease notes its stack, for finding a leak. Slow; off to begin with.</summary>
    public bool NoteLeaseSites { get; set; }

    /// <summary>Takes an empty packet with a new identity and the present time.</summary>
    /// <param name="capacity">Octets to be appended without growing, at least.</param>
    /// <param name="headroom">Octets to be pushed without growing, at least.</param>
    public PacketBuffer Rent(int capacity, int headroom = DefaultHeadroom)
    {
        var packet = RentShell();
        packet.Initialize(RentBlock(headroom + capacity), headroom);
        packet.Id = _loop.NextPacketId();
        packet.Timestamp = _loop.Now;
        return packet;
    }

    /// <summary>Takes a packet that holds a copy of the octets.</summary>
    public PacketBuffer Rent(ReadOnlySpan<byte> data, int headroom = DefaultHeadroom)
    {
        var packet = Rent(data.Length, headroom);
        packet.Append(data);
        return packet;
    }

    /// <summary>Takes memory of at least this size, holding one reference to it. Its bytes are not cleared.</summary>
    public SharedBlock RentBlock(int size)
    {
        int sizeClass = SizeClassOf(size);
        BlocksOut++;
        if (sizeClass < Sizes.Length && _blocks[sizeClass].TryPop(out var block))
        {
            block.References = 1;
            return block;
        }

        return new SharedBlock(this, sizeClass, sizeClass < Sizes.Length ? Sizes[sizeClass] : size) { References = 1 };
    }

    /// <summary>Throws if a packet or block has not been given back; for the end of a test.</summary>
    /// <exception cref="InvalidOperationException">Something is still out; DEBUG builds say what.</exception>
    public void AssertNoLeaks()
    {
        if (PacketsOut == 0 && BlocksOut == 0)
        {
            return;
        }

        string detail = "";
#if DEBUG
        detail = string.Concat(_leases.OrderBy(p => p.Id).Take(10).Select(p =>
            $"\n  packet {p.Id}, {p.Length} octets, made at {p.Timestamp} {p.LeaseSite}"));
#endif
        throw new InvalidOperationException($"{PacketsOut} packets and {BlocksOut} blocks were not released.{detail}");
    }

    internal PacketBuffer RentShell()
    {
        PacketsOut++;
        if (!_shells.TryPop(out var packet))
        {
            packet = new PacketBuffer(this);
        }

#if DEBUG
        _leases.Add(packet);
        packet.LeaseSite = NoteLeaseSites ? Environment.StackTrace : null;
#endif
        return packet;
    }

    internal void Return(PacketBuffer packet)
    {
        PacketsOut--;
#if DEBUG
        _leases.Remove(packet);
#endif
        packet.ResetMetadata();
        _shells.Push(packet);
    }

    internal void Return(SharedBlock block)
    {
        BlocksOut--;
        if (block.SizeClass < Sizes.Length && _blocks[block.SizeClass].Count < LargestKept / Sizes[block.SizeClass])
        {
            _blocks[block.SizeClass].Push(block);
        }
    }

    private static int SizeClassOf(int size)
    {
        int i = 0;
        while (i < Sizes.Length && Sizes[i] < size)
        {
            i++;
        }

        return i;
    }
}
