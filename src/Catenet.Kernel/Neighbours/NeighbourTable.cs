using System.Text;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Neighbours;

/// <summary>The neighbours of a host on all its links, both families.</summary>
/// <remarks>Bounded by the gc thresholds: unused entries go first; when every one is in use a new one is refused.</remarks>
public sealed class NeighbourTable
{
    /// <summary>How long a fresh answer is not replaced by another (Linux's locktime): the first of two answers to one ARP request wins.</summary>
    internal static readonly Duration LockTime = Duration.FromSeconds(1);

    private Neighbour?[] _buckets = new Neighbour?[4];
    private RandomStream? _random;
    private Instant _collected;

    internal NeighbourTable(Host host)
    {
        Host = host;
        Arp = new ArpProtocol(host);
        Ndp = new NdpProtocol(host);
        RouterDiscovery = new RouterDiscovery(host);
    }

    /// <summary>The host.</summary>
    public Host Host { get; }

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>How often somebody else used an address of this host (RFC 5227 2.4).</summary>
    public long AddressConflicts { get; private set; }

    /// <summary>Raised when somebody else uses an address of this host: the address and the other's link address.</summary>
    public event Action<InterfaceAddress, MacAddress>? ConflictDetected;

    /// <summary>The entries by device and address: <c>ip neigh</c>.</summary>
    public IReadOnlyList<Neighbour> All
    {
        get
        {
            var all = new List<Neighbour>(Count);
            foreach (var first in _buckets)
            {
                for (var entry = first; entry is not null; entry = entry.Next)
                {
                    all.Add(entry);
                }
            }

            all.Sort((a, b) => a.Device.Index != b.Device.Index ? a.Device.Index - b.Device.Index : a.Address.CompareTo(b.Address));
            return all;
        }
    }

    internal ArpProtocol Arp { get; }

    internal NdpProtocol Ndp { get; }

    internal RouterDiscovery RouterDiscovery { get; }

    internal RandomStream Random => _random ??= Host.Random("neighbours");

    /// <summary>The entry of an address; null if there is none.</summary>
    public Neighbour? Find(NetDevice device, InetAddress address)
    {
        var entry = _buckets[Bucket(device, address)];
        while (entry is not null && (entry.Device != device || entry.Address != address))
        {
            entry = entry.Next;
        }

        return entry;
    }

    /// <summary>Sets a link address by hand: it is never asked for.</summary>
    public Neighbour AddPermanent(NetDevice device, InetAddress address, MacAddress mac)
    {
        var entry = Find(device, address) ?? Insert(device, address);
        entry.MakePermanent(mac);
        return entry;
    }

    /// <summary>Forgets an address; packets that wait for it are discarded.</summary>
    public void Remove(NetDevice device, InetAddress address)
    {
        if (Find(device, address) is { } entry)
        {
            Unlink(entry);
            entry.Kill(DropReason.NeighbourFailed);
        }
    }

    /// <summary>The entry of an address, a new one if need be; null if the table is full.</summary>
    internal Neighbour? GetOrCreate(NetDevice device, InetAddress address)
    {
        if (Find(device, address) is { } found)
        {
            return found;
        }

        var settings = Host.Settings.Neighbour;
        var now = Host.Loop.Now;
        if (Count >= settings.GcThreshold3 || (Count >= settings.GcThreshold2 && now > _collected + Duration.FromSeconds(5)))
        {
            Collect(Duration.FromSeconds(5), now);
            if (Count >= settings.GcThreshold3)
            {
                return null;
            }
        }
        else if (Count >= settings.GcThreshold1 && now > _collected + settings.BaseReachableTime / 2)
        {
            Collect(settings.GcStaleTime, now);
        }

        return Insert(device, address);
    }

    /// <summary>Forgets what is on a device, but for what was set by hand if it still has a carrier to come.</summary>
    internal void Flush(NetDevice device)
    {
        foreach (var entry in All)
        {
            if (entry.Device == device && (entry.State != NeighbourState.Permanent || !device.IsUp))
            {
                Unlink(entry);
                entry.Kill(DropReason.DeviceDown);
            }
        }
    }

    internal void OnConflict(InterfaceAddress address, MacAddress other)
    {
        AddressConflicts++;
        ConflictDetected?.Invoke(address, other);
    }

    /// <summary>A reachable time drawn anew: 0.5 to 1.5 times the base (RFC 4861 6.3.2).</summary>
    internal Duration ReachableTime(NetDevice device) =>
        (device.AdvertisedReachableTime ?? Host.Settings.Neighbour.BaseReachableTime) * (0.5 + Random.NextDouble());

    /// <summary>The table as <c>ip neigh</c> shows it, a line each.</summary>
    public override string ToString() => All.Aggregate(new StringBuilder(), (text, entry) => text.Append(entry).Append('\n')).ToString();

    private void Collect(Duration unused, Instant now)
    {
        _collected = now;
        foreach (var entry in All)
        {
            bool idle = entry.LastUsed + unused < now && entry.State is NeighbourState.Stale or NeighbourState.None or NeighbourState.Reachable;
            if (entry.State == NeighbourState.Failed || (idle && entry.LastUsed + unused < now))
            {
                Unlink(entry);
                entry.Kill(DropReason.NeighbourFailed);
            }
        }
    }

    private Neighbour Insert(NetDevice device, InetAddress address)
    {
        if (Count == _buckets.Length)
        {
            var all = All;
            _buckets = new Neighbour?[_buckets.Length * 2];
            foreach (var old in all)
            {
                Link(old);
            }
        }

        var entry = new Neighbour(this, device, address);
        Link(entry);
        Count++;
        return entry;
    }

    private void Link(Neighbour entry)
    {
        ref Neighbour? first = ref _buckets[Bucket(entry.Device, entry.Address)];
        entry.Next = first;
        first = entry;
    }

    private void Unlink(Neighbour entry)
    {
        ref Neighbour? first = ref _buckets[Bucket(entry.Device, entry.Address)];
        if (first == entry)
        {
            first = entry.Next;
        }
        else
        {
            var before = first!;
            while (before.Next != entry)
            {
                before = before.Next!;
            }

            before.Next = entry.Next;
        }

        entry.Next = null;
        Count--;
    }

    private int Bucket(NetDevice device, InetAddress address) => (address.GetHashCode() + device.Index * 0x3D4D_51CB) & (_buckets.Length - 1);
}
