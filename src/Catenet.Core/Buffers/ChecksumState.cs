namespace Catenet.Core;

/// <summary>What is known of a packet's transport checksum (Linux's ip_summed).</summary>
public enum ChecksumState : byte
{
    /// <summary>Not looked at: the receiver verifies it.</summary>
    None,

    /// <summary>Verified already, or the packet never left the host: nothing to do.</summary>
    Unnecessary,

    /// <summary>To be completed by the device that transmits it.</summary>
    Partial,
}
