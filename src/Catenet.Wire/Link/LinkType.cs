namespace Catenet.Wire.Link;

/// <summary>What a captured frame begins with (the LINKTYPE_ values of pcap and pcapng).</summary>
public enum LinkType : ushort
{
    /// <summary>An Ethernet header.</summary>
    Ethernet = 1,

    /// <summary>An IPv4 or IPv6 header, told apart by its version.</summary>
    RawIp = 101,

    /// <summary>An IPv4 header.</summary>
    IPv4 = 228,

    /// <summary>An IPv6 header.</summary>
    IPv6 = 229,
}
