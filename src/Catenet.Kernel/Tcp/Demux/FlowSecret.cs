using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Numbers that depend on both endpoints and a secret, so that no off-path attacker can tell them (RFC 6528 3, RFC 6056 3.3.3, RFC 7323 5.4).</summary>
/// <remarks>SipHash-2-4 under a key from the host's random stream.</remarks>
internal sealed class FlowSecret(RandomStream random)
{
    private readonly SipHash _hash = new(random.NextUInt64(), random.NextUInt64());

    /// <summary>An initial sequence number: M + F(endpoints, secret), M advancing every 64 ns as Linux's does (RFC 6528 3).</summary>
    public uint InitialSequence(InetEndpoint local, InetEndpoint remote, Instant now) =>
        (uint)(now.Nanoseconds >> 6) + (uint)Hash(local, remote, 1);

    /// <summary>What is added to the clock in timestamps of this pair of addresses (RFC 7323 5.4).</summary>
    public uint TimestampOffset(InetAddress local, InetAddress remote) =>
        (uint)Hash(new InetEndpoint(local, 0), new InetEndpoint(remote, 0), 2);

    /// <summary>Where the search for an ephemeral port begins for this destination (RFC 6056 3.3.3).</summary>
    public uint PortOffset(InetAddress local, InetEndpoint remote) => (uint)Hash(new InetEndpoint(local, 0), remote, 3);

    /// <summary>A part of a SYN cookie, which may depend on the minute (Linux's cookie_hash).</summary>
    public uint Cookie(InetEndpoint local, InetEndpoint remote, uint minute, bool second) =>
        (uint)Hash(local, remote, (ulong)minute << 8 | (second ? 5u : 4u));

    private ulong Hash(InetEndpoint local, InetEndpoint remote, ulong purpose) =>
        _hash.Of(local.Address, remote.Address, purpose << 32 | (ulong)local.Port << 16 | remote.Port);
}
