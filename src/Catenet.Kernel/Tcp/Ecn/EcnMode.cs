namespace Catenet.Kernel.Tcp;

/// <summary>How the receiver tells the sender of congestion marks.</summary>
public enum EcnMode : byte
{
    /// <summary>Not at all.</summary>
    Disabled,

    /// <summary>By ECE until CWR comes (RFC 3168 6.1).</summary>
    Classic,

    /// <summary>By counting them (RFC 9768).</summary>
    Accurate,

    /// <summary>Our SYN asked for the accurate way; the SYN-ACK will tell.</summary>
    Pending,
}

/// <summary>The values of the ECN field of an IP header (RFC 3168 5).</summary>
internal static class EcnField
{
    public const byte NotCapable = 0;
    public const byte Ect1 = 1;
    public const byte Ect0 = 2;
    public const byte CongestionExperienced = 3;
    public const byte Mask = 3;
}
