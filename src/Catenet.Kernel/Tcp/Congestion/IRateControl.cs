namespace Catenet.Kernel.Tcp;

/// <summary>A congestion control that sets window and rate by measurement after every acknowledgment, in recovery too (Linux's cong_control).</summary>
/// <remarks><see cref="ICongestionControl.OnAck"/> and proportional rate reduction are left out for it; its segments are paced.</remarks>
public interface IRateControl : ICongestionControl
{
    /// <summary>The rate to send at in octets per second.</summary>
    long PacingRate { get; }

    /// <summary>Takes an acknowledgment into account and sets the window.</summary>
    /// <returns>Whether the connection is to count as limited by the application from here on: it sends less than it could on purpose.</returns>
    bool Control(ref CongestionWindow window, in AckSample ack, in RateSample rate);
}
