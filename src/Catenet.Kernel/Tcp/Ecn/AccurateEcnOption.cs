using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Accurate ECN's option: octets received with each mark, 24 bits of each count (RFC 9768 3.2.3).</summary>
internal static class AccurateEcnOption
{
    private const int MostCounters = 3;
    private const int OctetsPerCounter = 3;
    private const int SackBlockSize = 8;

    /// <summary>SACK blocks that stay whatever has changed.</summary>
    private const int LeastBlocks = 2;

    /// <summary>The counts of ECT(0) and ECT(1) begin at one on the wire, so that a zeroed option is noticed (RFC 9768 3.2.1).</summary>
    private static readonly uint[] s_initial = [1, 1, 0];

    /// <summary>The ECN fields in the option's order; Linux sends ECT(1) first.</summary>
    private static readonly byte[][] s_order = [[EcnField.Ect0, EcnField.CongestionExperienced, EcnField.Ect1], [EcnField.Ect1, EcnField.CongestionExperienced, EcnField.Ect0]];

    /// <summary>Whether our SYN-ACK of a simultaneous open has the option.</summary>
    public static bool IsOffered(TcpConnection c) => c.Ecn is { Mode: EcnMode.Accurate } && c.Layer.Settings.EcnOption > 0;

    /// <summary>How the option is sent now; none if it is not.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="ecn">Its state.</param>
    /// <param name="blocks">SACK blocks that are to go in the same header.</param>
    /// <param name="remaining">The octets that the header has left behind timestamps and SACK.</param>
    public static Fit FitNow(TcpConnection c, EcnState ecn, int blocks, int remaining)
    {
        var settings = c.Layer.Settings;
        bool sends = settings.EcnOption > 0 && ecn.OptionSeen != AccurateEcnOptionSeen.None && !ecn.HasFailed(EcnFailures.OptionFromUs) &&
            (settings.EcnOption > 1 || ecn.OptionDemand > 0 || ecn.Has(EcnFlags.Continues) || IsBeaconDue(c, ecn));
        if (!sends)
        {
            return new(-1, 0, blocks);
        }

        // Counters that have changed are worth more than a third SACK block.
        for (int fewer = blocks; ; fewer--, remaining += SackBlockSize)
        {
            var fit = Find(ecn.LeastCounters, remaining, fewer > 0 ? 2 : 0);
            if (fit.Exists)
            {
                return fit with { Blocks = fewer, Size = fit.Size - (blocks - fewer) * SackBlockSize };
            }

            if (fewer <= LeastBlocks || ecn.LeastCounters == 0)
            {
                return new(-1, 0, blocks);
            }
        }
    }

    /// <summary>The fit of the most counters.</summary>
    /// <param name="least">The fewest that will do.</param>
    /// <param name="remaining">The octets there are.</param>
    /// <param name="padding">The no-operations in front of the option behind it, whose place it may take.</param>
    public static Fit Find(int least, int remaining, int padding)
    {
        for (int counters = MostCounters; counters >= least; counters--)
        {
            int size = 2 + OctetsPerCounter * counters;
            int over = size & 3;
            size += over <= padding ? -over : 4 - over;
            if (size <= remaining)
            {
                return new Fit(counters, size, 0);
            }
        }

        return new(-1, 0, 0);
    }

    /// <summary>Writes the option with the counts of what was received, or those with which every connection begins.</summary>
    public static void Write(ref TcpOptionsWriter options, int counters, EcnState? ecn)
    {
        Span<uint> values = stackalloc uint[MostCounters];
        for (int i = 0; i < counters; i++)
        {
            int field = s_order[1][i] - 1;
            values[i] = s_initial[field] + (ecn is null ? 0 : ecn.Received[field]);
        }

        options.AddAccurateEcn(TcpOptionKind.AccurateEcn1, values[..counters]);
    }

    /// <summary>Adds the option to a header behind timestamps, if it is to be sent now and fits beside the SACK blocks.</summary>
    /// <returns>How many of the SACK blocks there is room left for.</returns>
    public static int AddTo(ref TcpOptionsWriter options, TcpConnection c, EcnState ecn, int blocks)
    {
        bool continues = ecn.Has(EcnFlags.Continues);
        if (continues && !ecn.Has(EcnFlags.OptionWent))
        {
            return blocks;
        }

        int sack = blocks > 0 ? 4 + SackBlockSize * blocks : 0;
        var fit = FitNow(c, ecn, blocks, options.Remaining - sack);
        ecn.Flags = fit.Exists ? ecn.Flags | EcnFlags.OptionWent : ecn.Flags & ~EcnFlags.OptionWent;
        if (!fit.Exists)
        {
            return blocks;
        }

        Write(ref options, fit.Counters, ecn);
        if (continues)
        {
            return fit.Blocks;
        }

        ecn.LeastCounters = 0;
        ecn.OptionSentAt = c.Now;
        if (ecn.OptionDemand > 0)
        {
            ecn.OptionDemand--;
        }

        return fit.Blocks;
    }

    /// <summary>Looks whether the first option that comes has been emptied or zeroed on the way (RFC 9768 3.2.3.2.4).</summary>
    /// <returns>Whether there was an option to look at.</returns>
    public static bool NoteSeen(EcnState ecn, in Segment s)
    {
        if (!s.Options.Has(TcpOptionSet.AccurateEcn) || ecn.OptionSeen >= AccurateEcnOptionSeen.Counters)
        {
            return false;
        }

        var body = Body(in s, out _);
        ecn.OptionSeen = body.Length < OctetsPerCounter ? AccurateEcnOptionSeen.Empty
            : Read(body) == 0 || (body.Length >= 3 * OctetsPerCounter && Read(body[(2 * OctetsPerCounter)..]) == 0) ? AccurateEcnOptionSeen.Zeroed
            : AccurateEcnOptionSeen.Counters;
        if (ecn.OptionSeen == AccurateEcnOptionSeen.Zeroed)
        {
            ecn.Failures |= EcnFailures.OptionToUs;
        }

        return true;
    }

    /// <summary>Brings the counts of what was delivered up to date, by the option or, without one, by what the last one suggests (RFC 9768 A.2.1).</summary>
    /// <returns>Whether they can be relied on.</returns>
    public static bool OnAck(TcpConnection c, EcnState ecn, in Segment s, in AckOutcome outcome)
    {
        if (ecn.HasFailed(EcnFailures.OptionToUs))
        {
            return false;
        }

        int estimate = ecn.Estimate;
        if (!s.Options.Has(TcpOptionSet.AccurateEcn))
        {
            if (ecn.OptionSeen == AccurateEcnOptionSeen.None)
            {
                if (c.Snd.Nxt - c.Snd.Iss > 1 << 23)
                {
                    ecn.Failures |= EcnFailures.OptionToUs; // too late: the counts may have wrapped unseen
                }

                return false;
            }

            if (estimate == 0)
            {
                return false;
            }

            ecn.Delivered[estimate - 1] += (uint)outcome.DeliveredOctets;
            return true;
        }

        NoteSeen(ecn, in s);
        var body = Body(in s, out byte kind);
        byte[] order = s_order[kind == TcpOptionKind.AccurateEcn1 ? 1 : 0];
        bool reliable = estimate != 0, changed = false, ambiguous = false;
        for (int i = 0; i < MostCounters && body.Length >= OctetsPerCounter; i++, body = body[OctetsPerCounter..])
        {
            int field = order[i];
            ref uint count = ref ecn.Delivered[field - 1];
            int delta = (int)((Read(body) - s_initial[field - 1] - count) << 8) >> 8;
            count += (uint)delta;
            ambiguous |= delta < 0;
            if (delta != 0 && field != estimate)
            {
                ambiguous |= changed;
                ecn.Estimate = changed ? ecn.Estimate : (byte)field;
                changed = true;
            }
        }

        if (ambiguous)
        {
            ecn.Estimate = 0;
        }

        return reliable && !ambiguous;
    }

    /// <summary>Some options are sent in any case, a few per round trip (Linux's tcp_ecn_option_beacon).</summary>
    private static bool IsBeaconDue(TcpConnection c, EcnState ecn)
    {
        int beacon = c.Layer.Settings.EcnOptionBeacon;
        return beacon > 0 && (c.Now - ecn.OptionSentAt) * beacon >= c.Rtt.Smoothed;
    }

    private static Span<byte> Body(in Segment s, out byte kind)
    {
        var options = s.Packet!.From(s.Packet.TransportOffset + TcpView.MinSize);
        kind = options[s.Options.AccurateEcnOffset - 2];
        return options.Slice(s.Options.AccurateEcnOffset, s.Options.AccurateEcnLength);
    }

    private static uint Read(ReadOnlySpan<byte> octets) => (uint)(octets[0] << 16 | octets[1] << 8 | octets[2]);

    /// <summary>How many counters an option has (-1: there is none), by how many octets it makes the header longer, and how many SACK blocks stay in it.</summary>
    internal readonly record struct Fit(int Counters, int Size, int Blocks)
    {
        public bool Exists => Counters >= 0;
    }
}
