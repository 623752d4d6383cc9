namespace Catenet.Kernel.Neighbours;

/// <summary>The low 64 bits of an autoconfigured IPv6 address (RFC 4291 2.5.1).</summary>
public static class InterfaceIdentifier
{
    /// <summary>The modified EUI-64 of a hardware address: ff:fe in the middle, the universal bit flipped (RFC 4291 appendix A).</summary>
    public static ulong Of(MacAddress mac) =>
        ((mac.Value >> 24 << 40) | 0xFF_FE00_0000 | (mac.Value & 0xFF_FFFF)) ^ 0x0200_0000_0000_0000;
}
