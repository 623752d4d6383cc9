using Catenet.Core;

namespace Catenet.Fabric.Switching;

/// <summary>A switch's memory of which station is behind which port: bounded, and forgetful by age.</summary>
/// <remarks>
/// The entries form a list in the order in which they were last heard, so that the oldest is found at once; those past
/// their age are removed when the table is next used, without a timer. A table per VLAN is one of these each.
/// </remarks>
/// <param name="settings">The switch's knobs.</param>
internal sealed class StationTable(SwitchSettings settings)
{
    private readonly Dictionary<MacAddress, StationEntry> _entries = [];
    private StationEntry? _oldest;
    private StationEntry? _newest;
    private StationEntry? _spare;

    public int Count => _entries.Count;

    /// <summary>Finds a station that is not past its age.</summary>
    /// <param name="address">The station.</param>
    /// <param name="now">When.</param>
    /// <param name="guess">The entry that was found last time: talk goes in runs. Updated.</param>
    public StationEntry? Find(MacAddress address, Instant now, ref StationEntry? guess)
    {
        if (guess?.Address != address && !_entries.TryGetValue(address, out guess))
        {
            return null;
        }

        return guess!.LastHeard + settings.AgeingTime > now ? guess : null;
    }

    /// <summary>Notes that a station was heard.</summary>
    /// <param name="address">The station.</param>
    /// <param name="port">The port behind which it was heard.</param>
    /// <param name="now">When.</param>
    /// <param name="entry">The entry of the station that was heard there before; updated to this one's.</param>
    public Learned Learn(MacAddress address, SwitchPort port, Instant now, ref StationEntry? entry)
    {
        if (entry?.Address == address || _entries.TryGetValue(address, out entry))
        {
            var learned = entry.LastHeard + settings.AgeingTime <= now ? Learned.New : entry.Port == port ? Learned.Nothing : Learned.Moved;
            entry.Port = port;
            if (entry != _newest)
            {
                Unlink(entry);
                LinkNewest(entry);
            }

            entry.LastHeard = now;
            return learned;
        }

        Expire(now);
        if (_entries.Count >= settings.TableSize)
        {
            Remove(_oldest!);
        }

        entry = Take(port);
        entry.Address = address;
        entry.Port = port;
        entry.LastHeard = now;
        _entries.Add(address, entry);
        LinkNewest(entry);
        return Learned.New;
    }

    /// <summary>Forgets the stations behind a port.</summary>
    public void Forget(SwitchPort port)
    {
        for (var entry = _oldest; entry is not null;)
        {
            var next = entry.Newer;
            if (entry.Port == port)
            {
                Remove(entry);
            }

            entry = next;
        }
    }

    /// <summary>The stations, the one heard last first.</summary>
    public IEnumerable<StationEntry> List(Instant now)
    {
        Expire(now);
        for (var entry = _newest; entry is not null; entry = entry.Older)
        {
            yield return entry;
        }
    }

    private void Expire(Instant now)
    {
        while (_oldest is { } oldest && oldest.LastHeard + settings.AgeingTime <= now)
        {
            Remove(oldest);
        }
    }

    private StationEntry Take(SwitchPort port)
    {
        var entry = _spare ?? new StationEntry(port);
        _spare = entry.Older;
        entry.Older = null;
        return entry;
    }

    /// <summary>Takes an entry out; without an address, so that who remembers it finds out.</summary>
    private void Remove(StationEntry entry)
    {
        _entries.Remove(entry.Address);
        entry.Address = MacAddress.None;
        entry.LastHeard = new Instant(long.MinValue / 2);
        Unlink(entry);
        entry.Older = _spare;
        _spare = entry;
    }

    private void LinkNewest(StationEntry entry)
    {
        entry.Older = _newest;
        if (_newest is null)
        {
            _oldest = entry;
        }
        else
        {
            _newest.Newer = entry;
        }

        _newest = entry;
    }

    private void Unlink(StationEntry entry)
    {
        if (entry.Older is null)
        {
            _oldest = entry.Newer;
        }
        else
        {
            entry.Older.Newer = entry.Newer;
        }

        if (entry.Newer is null)
        {
            _newest = entry.Older;
        }
        else
        {
            entry.Newer.Older = entry.Older;
        }

        entry.Older = entry.Newer = null;
    }

    /// <summary>What a frame taught.</summary>
    public enum Learned
    {
        /// <summary>The station was known behind this port.</summary>
        Nothing,

        /// <summary>The station was not known.</summary>
        New,

        /// <summary>The station was known behind another port.</summary>
        Moved,
    }
}
