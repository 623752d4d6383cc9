namespace Catenet.Core;

/// <summary>Who has sent a packet and wants to know when it leaves the host (Linux's skb->destructor).</summary>
public interface IPacketSender
{
    /// <summary>A packet has left, or was dropped on the way. Called from within the device: what follows from it belongs into a task.</summary>
    /// <param name="memory">The packet's <see cref="PacketBuffer.TrueSize"/>.</param>
    void OnLeft(int memory);
}
