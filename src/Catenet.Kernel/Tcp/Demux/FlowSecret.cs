using System.Numerics;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Numbers that depend on both endpoints and a secret, so that no off-path attacker can tell them (RFC 6528 3, RFC 6056 3.3.3, RFC 7323 5.4).</summary>
/// <remarks>SipHash-2-4 under a key from the host's random stream.</remarks>
internal sealed class FlowSecret(RandomStream random)
{
    private readonly ulong _k0 = random.NextUInt64();
    private readonly ulong _k1 = random.NextUInt64();

    /// <summary>An initial sequence number: M + F(endpoints, secret), M advancing every 64 ns as Linux's does (RFC 6528 3).</summary>
    public uint InitialSequence(InetEndpoint local, InetEndpoint remote, Instant now) =>
        (uint)(now.Nanoseconds >> 6) + (uint)Hash(local, remote, 1);

    /// <summary>What is added to the clock in timestamps of this pair of addresses (RFC 7323 5.4).</summary>
    public uint TimestampOffset(InetAddress local, InetAddress remote) =>
        (uint)Hash(new InetEndpoint(local, 0), new InetEndpoint(remote, 0), 2);

    /// <summary>Where the search for an ephemeral port begins for this destination (RFC 6056 3.3.3).</summary>
    public uint PortOffset(InetAddress local, InetEndpoint remote) => (uint)Hash(new InetEndpoint(local, 0), remote, 3);

    private ulong Hash(InetEndpoint local, InetEndpoint remote, ulong purpose)
    {
        ulong v0 = _k0 ^ 0x736F_6D65_7073_6575, v1 = _k1 ^ 0x646F_7261_6E64_6F6D;
        ulong v2 = _k0 ^ 0x6C79_6765_6E65_7261, v3 = _k1 ^ 0x7465_6462_7974_6573;
        Absorb(local.Address.High, ref v0, ref v1, ref v2, ref v3);
        Absorb(local.Address.Low, ref v0, ref v1, ref v2, ref v3);
        Absorb(remote.Address.High, ref v0, ref v1, ref v2, ref v3);
        Absorb(remote.Address.Low, ref v0, ref v1, ref v2, ref v3);
        Absorb(purpose << 32 | (ulong)local.Port << 16 | remote.Port, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xFF;
        for (int i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }

        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Absorb(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
