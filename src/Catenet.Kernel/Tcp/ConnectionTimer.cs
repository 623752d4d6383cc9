using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The connection's one timer has fired: does what is due and arms it for what is due next.</summary>
internal static class ConnectionTimer
{
    public static void Fire(TcpConnection c, Instant now)
    {
        if (c.Deadlines.DelayedAck <= now)
        {
            c.Deadlines.DelayedAck = Instant.Never;
            Acknowledgment.OnDelayExpired(c);
        }

        if (c.Deadlines.Sender <= now)
        {
            RetransmitTimer.Expire(c);
        }

        if (c.Pace is { } pace && pace.Deadline <= now)
        {
            pace.Fire(c);
        }

        if (c.Deadlines.Idle <= now)
        {
            IdleTimer.Expire(c);
        }

        c.ArmTimer();
    }
}
