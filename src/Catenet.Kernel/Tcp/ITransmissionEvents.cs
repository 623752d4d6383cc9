namespace Catenet.Kernel.Tcp;

/// <summary>For those who ask what becomes of the octets they have given: time stamps of transmissions (SO_TIMESTAMPING), memory that is still referred to (MSG_ZEROCOPY).</summary>
/// <remarks>Positions count octets of sequence from the SYN's number, so the first octet of data is 1. Called in the midst of other work: only note.</remarks>
public interface ITransmissionEvents
{
    /// <summary>A send put its octets into buffers; what may go goes next.</summary>
    /// <param name="begin">Where the buffer begins that holds the last of them.</param>
    /// <param name="end">Behind the last of them.</param>
    /// <param name="isAll">Whether the send was taken entirely.</param>
    void OnWritten(uint begin, uint end, bool isAll);

    /// <summary>Octets left as one or several segments, for the first time or again.</summary>
    void OnTransmitted(uint begin, uint end);

    /// <summary>All before a position is acknowledged.</summary>
    void OnAcknowledged(uint position);

    /// <summary>The connection is over; nothing refers to its octets any more.</summary>
    void OnReleased();
}
