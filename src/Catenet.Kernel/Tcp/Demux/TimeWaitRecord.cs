using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What is left of a connection in TIME-WAIT (RFC 9293 3.6.1): enough to answer a repeated FIN and to tell old from new.</summary>
internal sealed class TimeWaitRecord : TcpFlow
{
    internal readonly SeqNumber RcvNxt;
    internal readonly SeqNumber SndNxt;
    private readonly uint _offset;
    private readonly ushort _window;
    private readonly bool _hasTimestamps;
    private uint _recent;
    private uint _answeredAt;

    internal TimeWaitRecord(TcpConnection c)
        : base(c.Layer)
    {
        LocalAddress = c.LocalAddress;
        RemoteAddress = c.RemoteAddress;
        LocalPort = c.LocalPort;
        RemotePort = c.RemotePort;
        RcvNxt = c.Rcv.Nxt;
        SndNxt = c.Snd.Nxt;
        _offset = c.Ts.Offset;
        _hasTimestamps = c.Ts.Enabled;
        _recent = c.Ts.Recent;
        _window = (ushort)Math.Min(c.Rcv.Wnd >> c.Rcv.Scale, 65535);
    }

    /// <summary>Whether a new connection of ours may take the endpoints over: its timestamps will be later (RFC 6191 2, Linux's tcp_tw_reuse).</summary>
    internal bool MayReuse(Instant now) =>
        _hasTimestamps && (now - (Deadline - Layer.Settings.TimeWait)).Nanoseconds > 1_000_000_000;

    protected override void Fire(Instant now) => Layer.RemoveTimeWait(this);

    internal override void Receive(ref Segment s)
    {
        bool old = _hasTimestamps && s.Options.HasTimestamps && (int)(s.Options.TimestampValue - _recent) < 0;
        if (!old && s.Has(TcpFlags.Rst) && s.Seq == RcvNxt)
        {
            // RFC 9293 3.10.7.4: a reset deletes the TCB. RFC 1337's caution is not taken, as in Linux.
            Layer.RemoveTimeWait(this);
            return;
        }

        bool isNewSyn = s.Has(TcpFlags.Syn) && !s.Has(TcpFlags.Rst | TcpFlags.Ack) && !old &&
            (s.Seq > RcvNxt || (_hasTimestamps && s.Options.HasTimestamps && s.Options.TimestampValue != _recent));
        if (isNewSyn && Layer.FindListener(in s) is { } listener)
        {
            // RFC 9293 3.6.1: a SYN beyond the old connection opens a new one, with numbers beyond ours.
            Layer.RemoveTimeWait(this);
            listener.Receive(ref s, SndNxt + 65537);
            return;
        }

        if (s.Has(TcpFlags.Rst))
        {
            Drop(ref s, DropReason.TcpReset);
            return;
        }

        if (!old && (s.Has(TcpFlags.Fin) || s.Length > 0))
        {
            // The peer repeats its FIN: our ACK was lost. Wait anew.
            Layer.Host.Loop.Arm(this, Layer.Settings.TimeWait);
        }
        else if (!old && !s.Has(TcpFlags.Syn | TcpFlags.Fin) && s.Length == 0 && s.Seq == RcvNxt)
        {
            // A plain ACK asks for nothing.
            _recent = _hasTimestamps && s.Options.HasTimestamps ? s.Options.TimestampValue : _recent;
            Layer.Host.Loop.Arm(this, Layer.Settings.TimeWait);
            return;
        }

        Answer(ref s, old ? DropReason.TcpPaws : DropReason.TcpOldData);
    }

    private void Answer(ref Segment s, DropReason reason)
    {
        var now = Layer.Host.Loop.Now;
        uint ticks = Timestamps.ToTicks(now) | 1;
        bool limited = (s.End == s.Seq || s.Has(TcpFlags.Syn)) && _answeredAt != 0 && ticks - _answeredAt < (uint)Layer.Settings.InvalidRateLimit.TotalMilliseconds;
        var route = limited ? null : Layer.Host.Ip.Route(RemoteAddress, LocalAddress, null, 0, out _);
        if (route is not null)
        {
            _answeredAt = ticks;
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

    private void Drop(ref Segment s, DropReason reason)
    {
        var packet = s.Packet!;
        s.Packet = null;
        Layer.Host.Drop(packet, reason, this);
    }

    public override string ToString() => $"tcp {LocalEndpoint} > {RemoteEndpoint} TIME-WAIT";
}
