namespace Catenet.Wire.Capture;

/// <summary>Which way a captured packet went through its interface (pcapng epb_flags).</summary>
public enum PacketDirection : uint
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>It came in.</summary>
    Inbound = 1,

    /// <summary>It went out.</summary>
    Outbound = 2,
}
