namespace Catenet.Kernel.Netfilter;

/// <summary>Finds connections by the tuple of either direction: buckets of intrusive chains, under a secret hash.</summary>
internal sealed class ConnectionTable(ulong secret)
{
    private FlowDirection?[] _buckets = new FlowDirection?[16];

    /// <summary>How many connections are in the table.</summary>
    public int Count { get; private set; }

    public FlowDirection? Find(in ConnectionTuple tuple)
    {
        uint hash = tuple.Hash(secret);
        for (var entry = _buckets[hash & (uint)(_buckets.Length - 1)]; entry is not null; entry = entry.NextInBucket)
        {
            if (entry.Hash == hash && entry.Key.Equals(tuple))
            {
                return entry;
            }
        }

        return null;
    }

    public void Insert(Connection connection)
    {
        if (++Count > _buckets.Length / 2)
        {
            Grow();
        }

        connection.Original.Hash = connection.Original.Key.Hash(secret);
        connection.Reply.Hash = connection.Reply.Key.Hash(secret);
        Link(connection.Original);
        Link(connection.Reply);
    }

    public void Remove(Connection connection)
    {
        Count--;
        Unlink(connection.Original);
        Unlink(connection.Reply);
    }

    /// <summary>All connections, in the order in which they began: for listings.</summary>
    public Connection[] ToArray()
    {
        var all = new List<Connection>(Count);
        foreach (var bucket in _buckets)
        {
            for (var entry = bucket; entry is not null; entry = entry.NextInBucket)
            {
                if (!entry.IsReply)
                {
                    all.Add(entry.Connection);
                }
            }
        }

        all.Sort(static (a, b) => a.Serial.CompareTo(b.Serial));
        return [.. all];
    }

    private void Link(FlowDirection entry)
    {
        ref var bucket = ref _buckets[entry.Hash & (uint)(_buckets.Length - 1)];
        entry.NextInBucket = bucket;
        bucket = entry;
    }

    private void Unlink(FlowDirection entry)
    {
        ref var link = ref _buckets[entry.Hash & (uint)(_buckets.Length - 1)];
        while (link != entry)
        {
            link = ref link!.NextInBucket;
        }

        link = entry.NextInBucket;
        entry.NextInBucket = null;
    }

    private void Grow()
    {
        var old = _buckets;
        _buckets = new FlowDirection?[old.Length * 2];
        foreach (var bucket in old)
        {
            for (var entry = bucket; entry is not null;)
            {
                var next = entry.NextInBucket;
                Link(entry);
                entry = next;
            }
        }
    }
}
