using System.Net;
using System.Net.Sockets;
using Catenet.Fabric.Links;
using Catenet.Linux.Devices;
using Catenet.Linux.Namespaces;

namespace Catenet.Interop.Programs.Support;

/// <summary>What a program left behind.</summary>
internal sealed record Finished(int Code, string Output, string Errors)
{
    public string All => Output + Errors;
}

/// <summary>Linux in a namespace of its own, with interfaces whose cables end in Catenet.</summary>
internal sealed class LinuxNode : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly List<TapDevice> _taps = [];
    private readonly List<Socket> _memberships = [];
    private readonly World _world;

    public LinuxNode(World world, string name)
    {
        _world = world;
        Name = name;
        Space = NetworkNamespace.Create(name);

        // IPv6 addresses are usable at once.
        Space.Sysctl("net.ipv6.conf.default.accept_dad", "0");
    }

    public NetworkNamespace Space { get; }

    public string Name { get; }

    /// <summary>The link of the last interface, where there is one.</summary>
    public Link? Link { get; private set; }

    /// <summary>The place on the last interface's cable where it is captured.</summary>
    public CapturedPort? Wire { get; private set; }

    /// <summary>Gives Linux an interface ethN with addresses; cabled straight to Catenet, with offloads: checksums and segmentation are left out.</summary>
    /// <param name="link">The link it is plugged into at one end; null: the other end of the cable is returned as it is.</param>
    /// <param name="mtu">Of the interface.</param>
    /// <param name="offload">Whether a straight cable may do so: it takes a Catenet interface at the other end, not a switch.</param>
    /// <param name="addresses">With prefix lengths.</param>
    /// <returns>Where Catenet's end is plugged in.</returns>
    public Kernel.Devices.ILinkPort AddInterface(LinkSettings? link, int mtu, bool offload, params string[] addresses)
    {
        string device = $"eth{_taps.Count}";
        var tap = TapDevice.Open(_world.Waiter, _world.Loop, new TapOptions { Name = device, Namespace = Space, Mtu = mtu, Offload = offload && link is null });
        _taps.Add(tap);
        foreach (string address in addresses)
        {
            Space.Ip($"addr add {address} dev {device}{(address.Contains(':') ? " nodad" : "")}");
            if (address.Contains(':'))
            {
                HearSolicitations(device, InetAddress.Parse(address[..address.IndexOf('/')]));
            }
        }

        if (link is null)
        {
            return Wire = new CapturedPort(tap, _world.Loop, _world.Capture, $"{Name}.{device}");
        }

        Link = new Link(_world.Loop, $"{Name}.{device}", $"to-{Name}", link);
        Wire = new CapturedPort(Link.A, _world.Loop, _world.Capture, $"{Name}.{device}");
        tap.Connect(Wire);
        return Link.B;
    }

    /// <summary>Runs a program to its end, within 40 s.</summary>
    public Finished Run(string program, params string[] arguments)
    {
        using var process = Space.Start(program, arguments);
        if (!process.Exit.Wait(Patience))
        {
            Assert.Fail($"`{process.Command}` has not ended. So far it wrote:\n{process.Output}{process.Errors}\n{_world.Report()}");
        }

        return new Finished(process.Exit.Result, process.Output, process.Errors);
    }

    /// <summary>Runs a program that must succeed, and returns what it printed.</summary>
    public string Output(string program, params string[] arguments)
    {
        var done = Run(program, arguments);
        Assert.True(done.Code == 0, $"`{program} {string.Join(' ', arguments)}` on {Name} ended with {done.Code}:\n{done.All}");
        return done.All;
    }

    /// <summary>Starts a program and waits for a line that says it is ready.</summary>
    public LinuxProcess Serve(string ready, string program, params string[] arguments)
    {
        var process = Space.Start(program, arguments);
        process.Line(ready).WaitAsync(Patience).GetAwaiter().GetResult();
        return process;
    }

    /// <summary>Opens a socket of Linux's.</summary>
    public Socket Socket(AddressFamily family, SocketType type = SocketType.Stream) => Space.Run(() =>
        new Socket(family, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp));

    /// <summary>Opens a listening TCP socket of Linux's.</summary>
    public Socket Listen(string address, int port, int backlog = 512)
    {
        var socket = Socket(IPAddress.Parse(address).AddressFamily);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        socket.Listen(backlog);
        return socket;
    }

    /// <summary>The sockets of Linux, for messages.</summary>
    public string Sockets()
    {
        using var ss = Space.Start("ss", "-tuanei");
        return ss.WaitForExit() == 0 ? $"{Name}:\n{ss.Output}" : ss.Errors;
    }

    public void Dispose()
    {
        _memberships.ForEach(s => s.Dispose());
        _taps.ForEach(t => t.Dispose());
        Space.Dispose();
    }

    /// <summary>
    /// Linux joins the group at which it is asked for its link address by a task of its own, some time after the address is there;
    /// a solicitation that comes earlier goes unheard, and the next comes a second later. Joined by a socket, it hears the first.
    /// </summary>
    private void HearSolicitations(string device, InetAddress address) => Space.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        _memberships.Add(socket);
        long index = IPAddress.Parse($"fe80::%{device}").ScopeId;
        socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership,
            new IPv6MulticastOption(address.SolicitedNode.ToIPAddress(), index));
    });
}
