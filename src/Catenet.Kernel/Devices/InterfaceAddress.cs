using System.Globalization;

namespace Catenet.Kernel.Devices;

/// <summary>An IP address of a device.</summary>
public sealed class InterfaceAddress
{
    internal InterfaceAddress(NetDevice device, InetAddress address, int prefixLength)
    {
        Device = device;
        Address = address;
        Prefix = new InetPrefix(address, prefixLength);
    }

    /// <summary>The device.</summary>
    public NetDevice Device { get; }

    /// <summary>The address.</summary>
    public InetAddress Address { get; }

    /// <summary>The block of addresses that are neighbours.</summary>
    public InetPrefix Prefix { get; }

    /// <summary>How far the address reaches.</summary>
    public AddressScope Scope => Address.IsLoopback ? AddressScope.Host : Address.IsLinkLocal ? AddressScope.Link : AddressScope.Global;

    /// <summary>The broadcast address of an IPv4 subnet of more than two addresses; null for others.</summary>
    public InetAddress? Broadcast => Address.IsIPv4 && Prefix.Length < 31 && !Address.IsLoopback ? Prefix.Broadcast : null;

    /// <summary>Until when the address is valid.</summary>
    public Instant ValidUntil { get; internal set; } = Instant.Never;

    /// <summary>Until when it is used for new connections; afterwards it is deprecated (RFC 4862 5.5.4).</summary>
    public Instant PreferredUntil { get; internal set; } = Instant.Never;

    /// <summary>Whether it is still being checked that nobody else has the address (RFC 4862 5.4).</summary>
    public bool IsTentative { get; internal set; }

    /// <summary>Whether it may be used, with care, while it is checked (RFC 4429).</summary>
    public bool IsOptimistic { get; internal set; }

    /// <summary>Whether somebody else has the address: it is not used.</summary>
    public bool IsDuplicate { get; internal set; }

    /// <summary>Whether the address was made from a router advertisement.</summary>
    public bool IsAutoconfigured { get; internal set; }

    /// <summary>Whether packets may be received and sent with it.</summary>
    public bool IsUsable => !IsDuplicate && (!IsTentative || IsOptimistic);

    /// <summary>Whether the address should not be used for new connections any more.</summary>
    public bool IsDeprecated(Instant now) => PreferredUntil <= now;

    /// <summary>As <c>ip address</c> shows it.</summary>
    public override string ToString()
    {
        string flags = (IsTentative ? " tentative" : "") + (IsOptimistic ? " optimistic" : "") + (IsDuplicate ? " dadfailed" : "") + (IsAutoconfigured ? " dynamic" : "");
        string broadcast = Broadcast is { } b ? $" brd {b}" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{(Address.IsIPv4 ? "inet" : "inet6")} {Address}/{Prefix.Length}{broadcast} scope {Scope.ToString().ToLowerInvariant()}{flags} {Device.Name}");
    }
}
