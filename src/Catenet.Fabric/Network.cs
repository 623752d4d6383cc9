using System.Globalization;
using Catenet.Core;
using Catenet.Fabric.Links;
using Catenet.Fabric.Switching;
using Catenet.Kernel;
using Catenet.Kernel.Devices;

namespace Catenet.Fabric;

/// <summary>A small network on one loop in virtual time, for tests and programs that build theirs in C# line by line.</summary>
/// <remarks>It only plugs things together: everything it makes can be made and changed without it. Belongs to the loop's thread.</remarks>
public sealed class Network
{
    /// <summary>Makes an empty network.</summary>
    /// <param name="seed">Decides every random choice.</param>
    public Network(ulong seed = 1)
    {
        Loop = new EventLoop(seed);
        Driver = new VirtualDriver(Loop);
    }

    /// <summary>The loop on which everything lives.</summary>
    public EventLoop Loop { get; }

    /// <summary>What moves the time.</summary>
    public VirtualDriver Driver { get; }

    /// <summary>Makes a host.</summary>
    /// <param name="name">Its name, unique in the network.</param>
    /// <param name="options">What must be known before the first device is there.</param>
    public Host Host(string name, HostOptions? options = null) => new(Loop, name, options);

    /// <summary>Makes a router: a host that passes on packets of both families.</summary>
    /// <param name="name">Its name, unique in the network.</param>
    public Host Router(string name)
    {
        var host = Host(name);
        host.Settings.Forwarding = true;
        return host;
    }

    /// <summary>Makes a switch.</summary>
    /// <param name="name">Its name, unique in the network.</param>
    /// <param name="settings">Its knobs.</param>
    public Switch Switch(string name, SwitchSettings? settings = null) => new(Loop, name, settings);

    /// <summary>Lays a cable between two hosts; each gets a new device.</summary>
    /// <param name="a">The first host.</param>
    /// <param name="addressesA">The addresses of its device with their prefix lengths: <c>192.0.2.1/24, 2001:db8::1/64</c>; may be empty.</param>
    /// <param name="b">The second host.</param>
    /// <param name="addressesB">The addresses of its device.</param>
    /// <param name="settings">How the link behaves; perfect if not given.</param>
    /// <exception cref="FormatException">An address is malformed.</exception>
    public Link Connect(Host a, string addressesA, Host b, string addressesB, LinkSettings? settings = null)
    {
        var link = new Link(Loop, $"{a.Name}.{NextName(a)}", $"{b.Name}.{NextName(b)}", settings);
        Plug(a, link.A, addressesA);
        Plug(b, link.B, addressesB);
        return link;
    }

    /// <summary>Lays a cable between a host, which gets a new device, and a switch, which gets a new port.</summary>
    /// <param name="host">The host.</param>
    /// <param name="addresses">The addresses of its device with their prefix lengths; may be empty.</param>
    /// <param name="fabric">The switch.</param>
    /// <param name="settings">How the link behaves; perfect if not given.</param>
    /// <exception cref="FormatException">An address is malformed.</exception>
    public Link Connect(Host host, string addresses, Switch fabric, LinkSettings? settings = null)
    {
        var link = new Link(Loop, $"{host.Name}.{NextName(host)}", NextName(fabric), settings);
        fabric.AddPort(link.B);
        Plug(host, link.A, addresses);
        return link;
    }

    /// <summary>Lays a cable between two switches; each gets a new port.</summary>
    /// <param name="a">The first switch.</param>
    /// <param name="b">The second switch.</param>
    /// <param name="settings">How the link behaves; perfect if not given.</param>
    public Link Connect(Switch a, Switch b, LinkSettings? settings = null)
    {
        var link = new Link(Loop, NextName(a), NextName(b), settings);
        a.AddPort(link.A);
        b.AddPort(link.B);
        return link;
    }

    /// <summary>Gives a host a device <c>eth0</c>, <c>eth1</c>, ... on the end of a cable and switches it on. The device's MTU is the link's, if that has one.</summary>
    /// <param name="host">The host.</param>
    /// <param name="end">The end of the cable.</param>
    /// <param name="addresses">The addresses with their prefix lengths: <c>192.0.2.1/24, 2001:db8::1/64</c>; may be empty.</param>
    /// <exception cref="FormatException">An address is malformed.</exception>
    public static EthernetDevice Plug(Host host, LinkEnd end, string addresses = "")
    {
        var device = host.Devices.AddEthernet(NextName(host), mtu: end.Outgoing.Settings.Mtu is > 0 and var mtu ? mtu : 1500);
        device.Connect(end);
        foreach (string text in addresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (address, length) = ParseAddress(text);
            device.Addresses.Add(address, length);
        }

        device.BringUp();
        return device;
    }

    /// <summary>Lets a span of virtual time pass.</summary>
    public void Run(Duration span) => Driver.RunFor(span);

    private static (InetAddress Address, int Length) ParseAddress(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && InetAddress.TryParse(text.AsSpan(0, slash), out var address) && InetPrefix.TryParse(text, out var prefix)
            ? (address, prefix.Length)
            : throw new FormatException($"'{text}' is not an address of a device; write it as 192.0.2.1/24 or 2001:db8::1/64.");
    }

    private static string NextName(Host host) =>
        string.Create(CultureInfo.InvariantCulture, $"eth{host.Devices.All.Count(d => d is EthernetDevice)}");

    private static string NextName(Switch fabric) =>
        string.Create(CultureInfo.InvariantCulture, $"{fabric.Name}.p{fabric.Ports.Count + 1}");
}
