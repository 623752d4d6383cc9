using System.Runtime.CompilerServices;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Finds a flow by both endpoints: a hash table whose chains run through the flows, keyed so that no peer can choose a chain.</summary>
internal sealed class FlowTable(ulong key)
{
    private TcpFlow?[] _buckets = new TcpFlow?[64];

    /// <summary>How many flows there are.</summary>
    public int Count { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TcpFlow? Find(InetAddress local, InetAddress remote, ushort localPort, ushort remotePort)
    {
        var flow = _buckets[Bucket(local, remote, localPort, remotePort)];
        while (flow is not null && !Matches(flow, local, remote, localPort, remotePort))
        {
            flow = flow.NextInBucket;
        }

        return flow;
    }

    /// <summary>Adds a flow whose endpoints nobody has.</summary>
    public void Add(TcpFlow flow)
    {
        if (Count >= _buckets.Length)
        {
            Grow();
        }

        ref var bucket = ref _buckets[Bucket(flow)];
        flow.NextInBucket = bucket;
        bucket = flow;
        Count++;
    }

    /// <summary>Removes a flow; harmless if it is not there.</summary>
    public bool Remove(TcpFlow flow)
    {
        ref var link = ref _buckets[Bucket(flow)];
        while (link is not null)
        {
            if (ReferenceEquals(link, flow))
            {
                link = flow.NextInBucket;
                flow.NextInBucket = null;
                Count--;
                return true;
            }

            link = ref link.NextInBucket;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Hash(ulong key, InetAddress local, InetAddress remote, ushort localPort, ushort remotePort)
    {
        ulong ports = (ulong)remotePort << 16 | localPort;
        ulong high = Math.BigMul(remote.Low ^ key, (ports ^ local.Low) + 0x9E37_79B9_7F4A_7C15, out ulong low);
        return StableHash.Mix(high ^ low ^ remote.High ^ ports);
    }

    /// <summary>All flows, in an order that must not reach the wire.</summary>
    public IEnumerable<TcpFlow> All()
    {
        foreach (var first in _buckets)
        {
            for (var flow = first; flow is not null; flow = flow.NextInBucket)
            {
                yield return flow;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Matches(TcpFlow flow, InetAddress local, InetAddress remote, ushort localPort, ushort remotePort) =>
        flow.RemotePort == remotePort && flow.LocalPort == localPort && flow.RemoteAddress == remote && flow.LocalAddress == local;

    private int Bucket(TcpFlow flow) => Bucket(flow.LocalAddress, flow.RemoteAddress, flow.LocalPort, flow.RemotePort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Bucket(InetAddress local, InetAddress remote, ushort localPort, ushort remotePort) =>
        (int)(Hash(key, local, remote, localPort, remotePort) & (ulong)(_buckets.Length - 1));

    private void Grow()
    {
        var old = _buckets;
        _buckets = new TcpFlow?[old.Length * 2];
        foreach (var first in old)
        {
            var flow = first;
            while (flow is not null)
            {
                var next = flow.NextInBucket;
                ref var bucket = ref _buckets[Bucket(flow)];
                flow.NextInBucket = bucket;
                bucket = flow;
                flow = next;
            }
        }
    }
}
