using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Linux.Devices;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;

namespace Catenet.Linux.Tests.Support;

/// <summary>A Catenet host (10.0.0.2, fd00::2) whose eth0 is cabled to a TAP in a namespace of Linux (10.0.0.1, fd00::1), driven by a thread.</summary>
internal sealed class Attached : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RealDriver _driver;
    private readonly Thread _thread;

    public Attached(TapOptions? options = null, bool run = true)
    {
        Loop = new EventLoop();
        Waiter = new EpollWaiter();
        Linux = NetworkNamespace.Create();
        Tap = TapDevice.Open(Waiter, Loop, (options ?? new TapOptions()) with { Name = "tap0", Namespace = Linux });
        Linux.Ip("addr add 10.0.0.1/24 dev tap0");
        Linux.Ip("addr add fd00::1/64 dev tap0 nodad");
        var settings = new Settings();
        settings.DeviceDefaults.DadTransmits = 0;
        Host = new Host(Loop, "catenet", new HostOptions { Settings = settings });
        Device = Host.Devices.AddEthernet("eth0", mtu: options?.Mtu ?? 1500);
        Device.Connect(Tap);
        Device.BringUp();
        Device.Addresses.Add(InetAddress.Parse("10.0.0.2"), 24);
        Device.Addresses.Add(InetAddress.Parse("fd00::2"), 64);
        _driver = new RealDriver(Loop, waiter: Waiter);
        _thread = new Thread(() => _driver.Run(Instant.Never)) { IsBackground = true };
        if (run)
        {
            _thread.Start();
        }
    }

    public EventLoop Loop { get; }

    public EpollWaiter Waiter { get; }

    public NetworkNamespace Linux { get; }

    public TapDevice Tap { get; }

    public Host Host { get; }

    public EthernetDevice Device { get; }

    /// <summary>Runs something on the loop and waits for its result.</summary>
    public T OnLoop<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(_ =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }, null);
        return done.Task.WaitAsync(Patience).GetAwaiter().GetResult();
    }

    /// <summary>Runs a program in Linux's namespace to its end and returns its output.</summary>
    public string Output(string program, params string[] arguments)
    {
        using var process = Linux.Start(program, arguments);
        int code = process.WaitForExit(Patience);
        Assert.True(code == 0, $"`{process.Command}` ended with {code}:\n{process.Output}{process.Errors}");
        return process.Output;
    }

    public void Dispose()
    {
        _driver.Stop();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        Tap.Dispose();
        Linux.Dispose();
        _driver.Dispose();
        Waiter.Dispose();
    }
}
