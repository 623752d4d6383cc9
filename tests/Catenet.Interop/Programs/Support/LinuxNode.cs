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
internal sealed class LinuxNode(World world, string name) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<TapDevice> _taps = [];

    public NetworkNamespace Space { get; } = NetworkNamespace.Create(name);

    public string Name => name;

    /// <summary>The link of the last interface, where there is one.</summary>
    public Link? Link { get; private set; }

    /// <summary>The place on the last interface's cable where it is captured.</summary>
    public CapturedPort? Wire { get; private set; }

    /// <summary>Gives Linux an interface ethN with addresses.</summary>
    /// <param name="link">The link it is plugged into at one end; null: the other end of the cable is returned as it is.</param>
    /// <param name="mtu">Of the interface.</param>
    /// <param name="addresses">With prefix lengths.</param>
    /// <returns>Where Catenet's end is plugged in.</returns>
    public Kernel.Devices.ILinkPort AddInterface(LinkSettings? link, int mtu, params string[] addresses)
    {
        string device = $"eth{_taps.Count}";
        var tap = TapDevice.Open(world.Waiter, world.Loop, new TapOptions { Name = device, Namespace = Space, Mtu = mtu, Offload = false });
        _taps.Add(tap);
        foreach (string address in addresses)
        {
            Space.Ip($"addr add {address} dev {device}{(address.Contains(':') ? " nodad" : "")}");
        }

        if (link is null)
        {
            return Wire = new CapturedPort(tap, world.Loop, world.Capture, $"{name}.{device}");
        }

        Link = new Link(world.Loop, $"{name}.{device}", $"to-{name}", link);
        Wire = new CapturedPort(Link.A, world.Loop, world.Capture, $"{name}.{device}");
        tap.Connect(Wire);
        return Link.B;
    }

    /// <summary>Runs a program to its end, within a minute.</summary>
    public Finished Run(string program, params string[] arguments)
    {
        using var process = Space.Start(program, arguments);
        int code = process.WaitForExit(Patience);
        return new Finished(code, process.Output, process.Errors);
    }

    /// <summary>Runs a program that must succeed, and returns what it printed.</summary>
    public string Output(string program, params string[] arguments)
    {
        var done = Run(program, arguments);
        Assert.True(done.Code == 0, $"`{program} {string.Join(' ', arguments)}` on {name} ended with {done.Code}:\n{done.All}");
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

    /// <summary>Ends the programs.</summary>
    public void StopPrograms() => Space.Dispose();

    public void Dispose()
    {
        _taps.ForEach(t => t.Dispose());
        Space.Dispose();
    }
}
