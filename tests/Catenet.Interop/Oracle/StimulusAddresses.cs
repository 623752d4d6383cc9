namespace Catenet.Interop.Oracle;

/// <summary>The peers of one run of a stimulus: no other run has them, so that runs against one host do not disturb each other.</summary>
/// <param name="index">The run's number, from one on.</param>
internal sealed class StimulusAddresses(int index)
{
    /// <summary>How many peers a run has.</summary>
    public const int Peers = 4;

    private Dictionary<string, string>? _names;

    /// <summary>A peer's IPv4 address on the network of an interface.</summary>
    public InetAddress IPv4(int peer, int device = 0) => InetAddress.FromIPv4(0x0A01_0100u + (uint)(device << 16) + (uint)(index * Peers + peer));

    /// <summary>A peer's IPv6 address.</summary>
    public InetAddress IPv6(int peer, int device = 0) => new(0x2001_0DB8_0001_0000u + (ulong)(device << 16), 0x1_0000u + (ulong)(index * Peers + peer));

    /// <summary>A peer's link-local address.</summary>
    public InetAddress LinkLocal(int peer) => new(0xFE80_0000_0000_0000, 0x1_0000u + (ulong)(index * Peers + peer));

    /// <summary>A peer's station.</summary>
    public MacAddress Mac(int peer)
    {
        int number = index * Peers + peer;
        return new MacAddress([2, 0, 1, (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
    }

    /// <summary>Whether a station is one of this run's.</summary>
    public bool Has(MacAddress mac) => Enumerable.Range(0, Peers).Any(p => Mac(p) == mac);

    /// <summary>Whether an address is one of this run's, or none of any run's.</summary>
    public bool MayConcern(InetAddress address)
    {
        bool isPeer = address.IsIPv4
            ? address.ToIPv4() >> 17 == 0x0A01_0000 >> 17 || address.ToIPv4() >> 16 == 0x0A02
            : address.Low >= 0x1_0000 && address.Low < 0x100_0000;
        return !isPeer || address == Network.HostIPv4(0) || address == Network.HostIPv4(1) ||
            Enumerable.Range(0, Peers).Any(p => address == IPv4(p) || address == IPv4(p, 1) || address == IPv6(p) || address == IPv6(p, 1) || address == LinkLocal(p));
    }

    /// <summary>The addresses as words, so that transcripts of different runs compare.</summary>
    public IReadOnlyDictionary<string, string> Names => _names ??= MakeNames();

    private Dictionary<string, string> MakeNames()
    {
        var names = new Dictionary<string, string>();
        for (int device = 0; device < 2; device++)
        {
            string suffix = device == 0 ? "" : "@eth1";
            names[Network.HostIPv4(device).ToString()] = "host4" + suffix;
            names[Network.HostIPv6(device).ToString()] = "host6" + suffix;
            names[Network.HostLinkLocal(device).ToString()] = "hostLL" + suffix;
            names[Network.HostMac(device).ToString()] = "host-mac" + suffix;
            for (int peer = 0; peer < Peers; peer++)
            {
                names[IPv4(peer, device).ToString()] = $"peer{peer}-4{suffix}";
                names[IPv6(peer, device).ToString()] = $"peer{peer}-6{suffix}";
                names[IPv6(peer, device).SolicitedNode.ToString()] = $"peer{peer}-group";
            }
        }

        for (int peer = 0; peer < Peers; peer++)
        {
            names[LinkLocal(peer).ToString()] = $"peer{peer}-LL";
            names[Mac(peer).ToString()] = $"peer{peer}-mac";
            names[MacAddress.ForMulticast(IPv6(peer).SolicitedNode).ToString()] = $"peer{peer}-group-mac";
        }

        return names;
    }
}
