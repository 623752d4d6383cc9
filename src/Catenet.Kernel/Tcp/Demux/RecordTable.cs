using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Finds a record by both endpoints. Asked only where there is no connection, so it may be denser than <see cref="FlowTable"/>.</summary>
internal sealed class RecordTable(ulong key)
{
    /// <summary>Records per bucket before the table grows: a record's share of it is at most eight octets.</summary>
    private const int Density = 2;

    private FlowRecord?[] _buckets = new FlowRecord?[16];

    /// <summary>How many records there are.</summary>
    public int Count { get; private set; }

    /// <summary>References in the table.</summary>
    public int BucketCount => _buckets.Length;

    public FlowRecord? Find(InetAddress local, InetAddress remote, ushort localPort, ushort remotePort)
    {
        if (Count == 0)
        {
            return null;
        }

        var record = _buckets[Bucket(local, remote, localPort, remotePort)];
        while (record is not null && !(record.RemotePort == remotePort && record.LocalPort == localPort &&
            record.RemoteAddress == remote && record.LocalAddress == local))
        {
            record = record.NextInBucket;
        }

        return record;
    }

    /// <summary>Adds a record whose endpoints nobody has.</summary>
    public void Add(FlowRecord record)
    {
        if (Count >= Density * _buckets.Length)
        {
            Grow();
        }

        Link(record);
        Count++;
    }

    /// <summary>Removes a record; harmless if it is not there.</summary>
    public bool Remove(FlowRecord record)
    {
        ref var link = ref _buckets[Bucket(record)];
        while (link is not null)
        {
            if (ReferenceEquals(link, record))
            {
                link = record.NextInBucket;
                record.NextInBucket = null;
                Count--;
                return true;
            }

            link = ref link.NextInBucket;
        }

        return false;
    }

    /// <summary>All records, in an order that must not reach the wire.</summary>
    public IEnumerable<FlowRecord> All()
    {
        foreach (var first in _buckets)
        {
            for (var record = first; record is not null; record = record.NextInBucket)
            {
                yield return record;
            }
        }
    }

    private void Link(FlowRecord record)
    {
        ref var bucket = ref _buckets[Bucket(record)];
        record.NextInBucket = bucket;
        bucket = record;
    }

    private int Bucket(FlowRecord record) => Bucket(record.LocalAddress, record.RemoteAddress, record.LocalPort, record.RemotePort);

    private int Bucket(InetAddress local, InetAddress remote, ushort localPort, ushort remotePort) =>
        (int)(FlowTable.Hash(key, local, remote, localPort, remotePort) & (ulong)(_buckets.Length - 1));

    private void Grow()
    {
        var old = _buckets;
        _buckets = new FlowRecord?[old.Length * 2];
        foreach (var first in old)
        {
            var record = first;
            while (record is not null)
            {
                var next = record.NextInBucket;
                Link(record);
                record = next;
            }
        }
    }
}
