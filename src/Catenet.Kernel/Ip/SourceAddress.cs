using System.Numerics;
using Catenet.Kernel.Devices;

namespace Catenet.Kernel.Ip;

/// <summary>Default source address selection (RFC 6724 5), for both families.</summary>
internal static class SourceAddress
{
    /// <summary>The best of the addresses of the outgoing device, or of the host if that has none; unspecified if there is none at all.</summary>
    public static InetAddress Select(Host host, InetAddress destination, NetDevice device)
    {
        InterfaceAddress? best = Best(null, device, destination, host.Loop.Now);
        if (best is null && !destination.IsLinkLocal && !destination.IsLinkLocalMulticast)
        {
            foreach (var other in host.Devices.All)
            {
                if (other != device && other.IsUp && !other.IsLoopback)
                {
                    best = Best(best, other, destination, host.Loop.Now);
                }
            }
        }

        return best?.Address ?? (destination.IsIPv4 ? InetAddress.AnyIPv4 : InetAddress.AnyIPv6);
    }

    private static InterfaceAddress? Best(InterfaceAddress? best, NetDevice device, InetAddress destination, Instant now)
    {
        for (int i = 0; i < device.Addresses.Count; i++)
        {
            var candidate = device.Addresses[i];
            if (candidate.Address.IsIPv4 == destination.IsIPv4 && candidate.IsUsable && candidate.ValidUntil > now &&
                (best is null || IsBetter(candidate, best, destination, now)))
            {
                best = candidate;
            }
        }

        return best;
    }

    private static bool IsBetter(InterfaceAddress a, InterfaceAddress b, InetAddress destination, Instant now)
    {
        // Rule 1: the destination itself.
        if (a.Address == destination || b.Address == destination)
        {
            return a.Address == destination;
        }

        // Rule 2: the smallest scope that is not too small for the destination.
        int scopeA = Scope(a.Address), scopeB = Scope(b.Address), wanted = Scope(destination);
        if (scopeA != scopeB)
        {
            return scopeA < scopeB ? scopeA >= wanted : scopeB < wanted;
        }

        // Rule 3: not deprecated, and (RFC 4429) not optimistic.
        bool avoidA = a.IsDeprecated(now) || a.IsOptimistic, avoidB = b.IsDeprecated(now) || b.IsOptimistic;
        if (avoidA != avoidB)
        {
            return avoidB;
        }

        // Rule 6: the label of the destination.
        bool matchA = Label(a.Address) == Label(destination), matchB = Label(b.Address) == Label(destination);
        if (matchA != matchB)
        {
            return matchA;
        }

        // IPv4 has no rule 8 on Linux beyond the same network: the first address is the primary one.
        if (a.Address.IsIPv4)
        {
            return a.Prefix.Contains(destination) && !b.Prefix.Contains(destination);
        }

        return Common(a, destination) > Common(b, destination);
    }

    private static int Scope(InetAddress address)
    {
        if (address.IsMulticast && address.IsIPv6)
        {
            return (int)(address.High >> 48) & 0xF;
        }

        return address.IsLoopback || address.IsLinkLocal || address.IsLinkLocalMulticast ? 2 : 14;
    }

    /// <summary>The labels of the default policy table that can matter here (RFC 6724 2.1).</summary>
    private static int Label(InetAddress address) =>
        address.IsIPv4 ? 4 : address.IsLoopback ? 0 : address.High >> 48 == 0x2002 ? 2 : address.High >> 32 == 0x2001_0000 ? 5 : address.High >> 57 == 0x7E ? 13 : 1;

    private static int Common(InterfaceAddress source, InetAddress destination)
    {
        ulong high = source.Address.High ^ destination.High;
        int common = high != 0 ? BitOperations.LeadingZeroCount(high) : 64;
        return Math.Min(common, source.Prefix.Length);
    }
}
