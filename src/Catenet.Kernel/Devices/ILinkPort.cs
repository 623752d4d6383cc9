namespace Catenet.Kernel.Devices;

/// <summary>One end of a cable as seen by what transmits into it: a simulated link, a TAP device, a test.</summary>
/// <remarks>
/// A frame with a partial checksum, or a super-packet, is given only to a port whose <see cref="Features"/> say that it takes
/// them; the device completes and cuts the others. The same holds the other way: what a port says of a frame's checksum and
/// segment size is believed only if its features say that it speaks of them.
/// </remarks>
public interface ILinkPort
{
    /// <summary>What the port does for the kernel; nothing, unless it says otherwise. Constant from the time the port is connected.</summary>
    DeviceFeatures Features => DeviceFeatures.None;

    /// <summary>Puts a frame onto the wire.</summary>
    /// <param name="frame">The frame, from its link header on.</param>
    /// <returns>True: the frame now belongs to the port. False: the wire is busy, the caller keeps the frame and <see cref="IFrameEndpoint.OnTransmitReady"/> follows once.</returns>
    bool TryTransmit(PacketBuffer frame);

    /// <summary>Says who is at this end. The endpoint takes the carrier for up until <see cref="IFrameEndpoint.OnCarrier"/> says otherwise.</summary>
    void Attach(IFrameEndpoint endpoint);
}
