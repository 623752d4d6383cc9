using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What is left of a connection in TIME-WAIT (RFC 9293 3.6.1): enough to answer a repeated FIN and to tell old from new.</summary>
internal sealed class TimeWaitRecord : FlowRecord
{
    internal readonly SeqNumber RcvNxt;
    internal readonly SeqNumber SndNxt;
    private readonly uint _offset;
    private readonly uint _begunAt;
    private uint _recent;

    /// <summary>When <see cref="_recent"/> was stored, in seconds of the host's time.</summary>
    private uint _recentAt;
    private uint _answeredAt;
    private readonly ushort _window;
    private readonly bool _hasTimestamps;

    internal TimeWaitRecord(TcpConnection c)
        : base(c.Layer.OwnAddressOf(c.LocalAddress), c.LocalPort, c.RemoteAddress, c.RemotePort)
    {
        RcvNxt = c.Rcv.Nxt;
        SndNxt = c.Snd.Nxt;
        _offset = c.Ts.Offset;
        _hasTimestamps = c.Ts.Enabled;
        _recent = c.Ts.Recent;
        _recentAt = c.Ts.RecentAt;
        _begunAt = Timestamps.ToTicks(c.Now);
        _window = (ushort)Math.Min(c.Rcv.Wnd >> c.Rcv.Scale, 65535);
    }

    /// <summary>The first number that a connection after this one may begin with (Linux: well beyond the window of before).</summary>
    internal SeqNumber NextIss => SndNxt + 65537 is { Value: not 0 } next ? next : new SeqNumber(1);

    /// <summary>The peer's latest timestamp, which a connection that takes the place over goes on from.</summary>
    internal uint RecentTimestamp => _recent;

    /// <summary>Whether a new connection of ours may take the endpoints over: its timestamps will be later (RFC 6191 2, Linux's tcp_tw_reuse).</summary>
    /// <param name="chosen">Whether the user has chosen the port himself: then a setting and a delay do not count.</param>
    /// <param name="now">The present.</param>
    internal bool MayReuse(bool chosen, Instant now)
    {
        if (!_hasTimestamps || chosen)
        {
            return _hasTimestamps;
        }

        var settings = Layer.Settings;
        bool allowed = settings.TimeWaitReuse == 1 || (settings.TimeWaitReuse == 2 && (LocalAddress.IsLoopback || RemoteAddress.IsLoopback));
        return allowed && Timestamps.ToTicks(now) - _begunAt > (uint)settings.TimeWaitReuseDelay.TotalMilliseconds;
    }

    internal override void Expire(Instant now) => Layer.RemoveTimeWait(this);

    internal override void Receive(ref Segment s)
    {
        bool old = IsOld(in s);
        if (!old && s.Seq == RcvNxt && (s.End == s.Seq || s.Has(TcpFlags.Rst)))
        {
            TakePlain(ref s);
            return;
        }

        if (IsNewSyn(in s, old) && Layer.FindListener(in s) is { } listener)
        {
            // RFC 9293 3.6.1: a SYN beyond the old connection opens a new one, with numbers beyond ours.
            Layer.RemoveTimeWait(this);
            listener.Receive(ref s, NextIss);
            return;
        }

        if (s.Has(TcpFlags.Rst))
        {
            Drop(ref s, DropReason.TcpReset);
            return;
        }

        if (old || s.Has(TcpFlags.Ack))
        {
            // The peer repeats its FIN, or something older: our ACK was lost. Wait anew.
            Layer.ArmTimeWait(this);
        }

        Answer(ref s, old ? DropReason.TcpPaws : DropReason.TcpOldData);
    }

    /// <summary>A RST or an ACK without data, exactly where it belongs.</summary>
    private void TakePlain(ref Segment s)
    {
        if (!s.Has(TcpFlags.Rst))
        {
            Layer.ArmTimeWait(this); // it asks for nothing
        }
        else if (!Layer.Settings.Rfc1337)
        {
            // RFC 9293 3.10.7.4: a reset deletes the TCB. RFC 1337's caution is a setting.
            Layer.RemoveTimeWait(this);
            return;
        }

        if (s.Options.HasTimestamps)
        {
            _recent = s.Options.TimestampValue;
            _recentAt = Timestamps.ToSeconds(Layer.Host.Loop.Now);
        }
    }

    private bool IsNewSyn(in Segment s, bool old) => s.Has(TcpFlags.Syn) && !s.Has(TcpFlags.Rst | TcpFlags.Ack) && !old &&
        (s.Seq > RcvNxt || (s.Options.HasTimestamps && (int)(_recent - s.Options.TimestampValue) < 0));

    /// <summary>PAWS (RFC 7323 5.3), which ends after 24 days, and for a RST after a minute (5.5, 5.2).</summary>
    private bool IsOld(in Segment s)
    {
        if (!s.Options.HasTimestamps || _recent == 0 || (int)(_recent - s.Options.TimestampValue) <= 0)
        {
            return false;
        }

        uint age = Timestamps.ToSeconds(Layer.Host.Loop.Now) - _recentAt;
        return age < 24 * 24 * 3600 && !(s.Has(TcpFlags.Rst) && age >= 60);
    }

    private void Answer(ref Segment s, DropReason reason)
    {
        var now = Layer.Host.Loop.Now;
        uint ticks = Timestamps.ToTicks(now) | 1;
        bool limited = (s.End == s.Seq || s.Has(TcpFlags.Syn)) && _answeredAt != 0 &&
            ticks - _answeredAt < (uint)Layer.Settings.InvalidRateLimit.TotalMilliseconds;
        var route = limited ? null : Layer.Host.Ip.Route(RemoteAddress, LocalAddress, null, 0, out _);
        if (route is not null)
        {
            _answeredAt = s.End == s.Seq || s.Has(TcpFlags.Syn) ? ticks : _answeredAt;
            var authentication = Layer.Keyed?.Of(this);
            var options = new TcpOptionsWriter(stackalloc byte[TcpOptionsWriter.MaxLength]);
            if (_hasTimestamps)
            {
                options.AddTimestamps(Timestamps.ToTicks(now) + _offset, _recent);
            }

            authentication?.AddOption(ref options);
            ControlSegment.Send(Layer, this, route, SndNxt, RcvNxt, TcpFlags.Ack, _window, options.Written, null, authentication: authentication);
        }

        Drop(ref s, reason);
    }

    public override string ToString() => $"tcp {LocalEndpoint} > {RemoteEndpoint} TIME-WAIT";
}
