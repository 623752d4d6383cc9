using Catenet.Core;

namespace Catenet.Wire.Internet.Ndp;

/// <summary>One neighbour discovery option, type and length included (RFC 4861 4.6). Check the <c>Is…</c> member before its accessors.</summary>
public readonly ref struct NdpOption
{
    private readonly ReadOnlySpan<byte> _data;

    internal NdpOption(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>The type (<see cref="NdpOptionType"/>).</summary>
    public byte Type => _data[0];

    /// <summary>The option's length in octets, a multiple of 8.</summary>
    public int Length => _data.Length;

    /// <summary>What follows type and length.</summary>
    public ReadOnlySpan<byte> Data => _data[2..];

    /// <summary>Source or target link-layer address of an Ethernet.</summary>
    public bool IsLinkAddress => Type is NdpOptionType.SourceLinkAddress or NdpOptionType.TargetLinkAddress && Length == 8;

    /// <summary>The address, if <see cref="IsLinkAddress"/>.</summary>
    public MacAddress LinkAddress => Octets.Mac(_data, 2);

    /// <summary>An MTU option.</summary>
    public bool IsMtu => Type == NdpOptionType.Mtu && Length == 8;

    /// <summary>The MTU in octets, if <see cref="IsMtu"/>.</summary>
    public uint Mtu => Octets.U32(_data, 4);

    /// <summary>A prefix information option with a prefix length of at most 128.</summary>
    public bool IsPrefixInformation => Type == NdpOptionType.PrefixInformation && Length == 32 && _data[2] <= 128;

    /// <summary>The prefix, if <see cref="IsPrefixInformation"/>.</summary>
    public PrefixInformation PrefixInformation => PrefixInformation.Read(_data);

    /// <summary>A recursive DNS server option with at least one address.</summary>
    public bool IsRecursiveDnsServer => Type == NdpOptionType.RecursiveDnsServer && Length >= 24 && Length % 16 == 8;

    /// <summary>How long the DNS servers may be used, in seconds; all ones is for ever.</summary>
    public uint DnsServerLifetime => Octets.U32(_data, 4);

    /// <summary>How many DNS servers there are, if <see cref="IsRecursiveDnsServer"/>.</summary>
    public int DnsServerCount => (Length - 8) / 16;

    /// <summary>A DNS server.</summary>
    /// <param name="index">0 up to <see cref="DnsServerCount"/>.</param>
    public InetAddress DnsServer(int index) => InetAddress.ReadIPv6(_data.Slice(8 + 16 * index, 16));

    /// <summary>A redirected header option.</summary>
    public bool IsRedirectedHeader => Type == NdpOptionType.RedirectedHeader;

    /// <summary>The start of the redirected packet, if <see cref="IsRedirectedHeader"/>; perhaps padded.</summary>
    public ReadOnlySpan<byte> RedirectedPacket => _data[8..];
}
