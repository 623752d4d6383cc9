using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Linux.Driving;

namespace Catenet.Interop.Programs.Support;

/// <summary>A loop in real time on a thread of its own, with Catenet hosts and Linux namespaces around it; what crosses their cables is captured.</summary>
/// <remarks>Built by the test's thread until <see cref="Start"/>; from then on Catenet's side is reached by <see cref="On{T}"/>.</remarks>
internal sealed class World : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly List<LinuxNode> _nodes = [];
    private readonly List<Host> _hosts = [];
    private readonly RealDriver _driver;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _crash = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stopped;

    public World(double pace = 1, int captureLimit = 20_000)
    {
        Loop = new EventLoop(1, DateTimeOffset.UtcNow);
        Waiter = new EpollWaiter();
        Capture = new Capture(captureLimit);
        _driver = new RealDriver(Loop, pace, Waiter);
        _thread = new Thread(Drive) { IsBackground = true, Name = "catenet" };
    }

    public EventLoop Loop { get; }

    public EpollWaiter Waiter { get; }

    public Capture Capture { get; }

    public Host Host(string name, bool forwarding = false)
    {
        var settings = new Settings { Forwarding = forwarding };
        settings.DeviceDefaults.DadTransmits = 0;
        var host = new Host(Loop, name, new HostOptions { Settings = settings });
        _hosts.Add(host);
        return host;
    }

    /// <summary>The connections of both sides and what Catenet dropped, for messages.</summary>
    public string Report() => Do(() => string.Join('\n', _hosts.Select(h =>
            $"{h.Name} dropped: {string.Join(", ", Enum.GetValues<DropReason>().Where(r => h.Drops[r] > 0).Select(r => $"{r} {h.Drops[r]}"))}")))
        + '\n' + Do(() => string.Join('\n', _hosts.SelectMany(h => h.Tcp.Connections.Select(c => $"{h.Name}: {c} {c.GetInfo()}"))))
        + '\n' + string.Join('\n', _nodes.Select(n => n.Sockets()));

    public LinuxNode Linux(string name)
    {
        var node = new LinuxNode(this, name);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Cables Linux (10.0.N.1, fd00:N::1) to a Catenet host (10.0.N.2, fd00:N::2).</summary>
    public EthernetDevice Connect(LinuxNode linux, Host host, int number, LinkSettings? link = null, int mtu = 1500)
    {
        var port = linux.AddInterface(link, mtu, true, $"10.0.{number}.1/24", $"fd00:{number}::1/64");
        return Plug(host, port, mtu, ($"10.0.{number}.2", 24), ($"fd00:{number}::2", 64));
    }

    public static EthernetDevice Plug(Host host, ILinkPort port, int mtu, params (string Address, int Length)[] addresses)
    {
        var device = host.Devices.AddEthernet($"eth{host.Devices.All.Count(d => d is EthernetDevice)}", mtu: mtu);
        device.Connect(port);
        device.BringUp();
        foreach (var (address, length) in addresses)
        {
            device.Addresses.Add(InetAddress.Parse(address), length);
        }

        return device;
    }

    /// <summary>Sets the loop going.</summary>
    public World Start()
    {
        _thread.Start();
        return this;
    }

    /// <summary>Runs a program on the loop; completes with its result, within <see cref="Patience"/>.</summary>
    public async Task<T> On<T>(Func<Task<T>> program)
    {
        var task = Begin(program);
        if (await Task.WhenAny(task, _crash.Task).WaitAsync(Patience) != task)
        {
            await _crash.Task;
        }

        return await task;
    }

    /// <summary>Runs a service on the loop for as long as it takes.</summary>
    public Task Begin(Func<Task> program) => Begin(async () =>
    {
        await program();
        return true;
    });

    /// <summary>What nobody caught on the loop fails the test, not the process.</summary>
    private void Drive()
    {
        try
        {
            _driver.Run(Instant.Never);
        }
        catch (Exception e)
        {
            _crash.SetException(e);
        }
    }

    private Task<T> Begin<T>(Func<Task<T>> program)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(async _ =>
        {
            try
            {
                done.SetResult(await program());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }, null);
        return done.Task;
    }

    /// <summary>Runs a program on the loop and waits for it.</summary>
    public T Wait<T>(Func<Task<T>> program)
    {
        try
        {
            return On(program).GetAwaiter().GetResult();
        }
        catch (TimeoutException) when (_thread.IsAlive)
        {
            throw new TimeoutException($"Catenet's program has not ended.\n{Report()}");
        }
    }

    /// <summary>Runs something on the loop and waits for its result.</summary>
    public T Do<T>(Func<T> function) => Wait(() => Task.FromResult(function()));

    /// <summary>Runs something on the loop and waits for it.</summary>
    public void Do(Action action) => Do(() =>
    {
        action();
        return true;
    });

    /// <summary>Stops everything and lets tshark judge what crossed the cables.</summary>
    public void Judge(string only = "")
    {
        Stop();
        Assert.False(_crash.Task.IsFaulted, $"Catenet's loop broke down: {_crash.Task.Exception}");
        Assert.True(Capture.Frames > 0, "Nothing crossed the cable.");
        Support.Judge.Verdict(Capture.Path, only);
    }

    /// <summary>Stops everything; the capture can be read.</summary>
    public void Stop()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        _driver.Stop();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _nodes.ForEach(n => n.Dispose());
        _driver.Dispose();
        Waiter.Dispose();
        Capture.Close();
    }

    public void Dispose()
    {
        Stop();
        Capture.Dispose();
    }
}
