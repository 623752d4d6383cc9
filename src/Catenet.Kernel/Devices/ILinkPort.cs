namespace Catenet.Kernel.Devices;

/// <summary>One end of a cable as seen by what transmits into it: a simulated link, a TAP device, a test.</summary>
public interface ILinkPort
{
    /// <summary>Puts a frame onto the wire.</summary>
    /// <param name="frame">The frame, from its link header on.</param>
    /// <returns>True: the frame now belongs to the port. False: the wire is busy, the caller keeps the frame and <see cref="IFrameEndpoint.OnTransmitReady"/> follows once.</returns>
    bool TryTransmit(PacketBuffer frame);

    /// <summary>Says who is at this end. The endpoint takes the carrier for up until <see cref="IFrameEndpoint.OnCarrier"/> says otherwise.</summary>
    void Attach(IFrameEndpoint endpoint);
}
