using System.Globalization;

namespace Catenet.Kernel.Devices;

/// <summary>What a device has counted, as <c>ip -s link</c> shows it.</summary>
public record struct DeviceCounters
{
    /// <summary>Frames taken in.</summary>
    public long RxPackets { get; internal set; }

    /// <summary>Octets taken in, link headers included.</summary>
    public long RxBytes { get; internal set; }

    /// <summary>Frames that were malformed.</summary>
    public long RxErrors { get; internal set; }

    /// <summary>Frames for other stations, or of a protocol that nobody speaks.</summary>
    public long RxDropped { get; internal set; }

    /// <summary>Frames that found the receive ring full.</summary>
    public long RxMissed { get; internal set; }

    /// <summary>Frames to groups.</summary>
    public long RxMulticast { get; internal set; }

    /// <summary>Frames handed to the wire.</summary>
    public long TxPackets { get; internal set; }

    /// <summary>Octets handed to the wire, link headers included.</summary>
    public long TxBytes { get; internal set; }

    /// <summary>Frames that the queue discarded, or that found the device down.</summary>
    public long TxDropped { get; internal set; }

    /// <summary>How often the wire was found busy.</summary>
    public long TxBusy { get; internal set; }

    /// <summary>The counters as <c>ip -s link</c> shows them.</summary>
    public override readonly string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"RX: bytes {RxBytes} packets {RxPackets} errors {RxErrors} dropped {RxDropped} missed {RxMissed} mcast {RxMulticast}  " +
        $"TX: bytes {TxBytes} packets {TxPackets} dropped {TxDropped} busy {TxBusy}");
}
