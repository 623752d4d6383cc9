namespace Catenet.Kernel.Devices;

/// <summary>What sits at the end of a cable: a network device or a switch port.</summary>
public interface IFrameEndpoint
{
    /// <summary>A frame came in; it belongs to the endpoint now.</summary>
    void OnFrame(PacketBuffer frame);

    /// <summary>A frame is about to come in: the moment to fetch into the cache what its way up will need (see <see cref="LoopTimer.Anticipate"/>).</summary>
    /// <param name="step">How near it is: <see cref="AnticipationStep.Next"/> or <see cref="AnticipationStep.Imminent"/>. The endpoint's own fields have been fetched.</param>
    void Anticipate(AnticipationStep step)
    {
    }

    /// <summary>The wire, which was busy, takes a frame again.</summary>
    void OnTransmitReady();

    /// <summary>The cable was plugged or cut.</summary>
    void OnCarrier(bool up);
}
