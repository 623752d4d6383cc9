using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Linux.Devices;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;

namespace Catenet.Linux.Tests.Support;

/// <summary>A Catenet host, a namespace of Linux, and a loop driven by a thread; the test says how they are joined.</summary>
internal sealed class Driven : IDisposable
{
    private readonly RealDriver _driver;
    private Thread? _thread;

    public Driven()
    {
        var settings = new Settings();
        settings.DeviceDefaults.DadTransmits = 0;
        Host = new Host(Loop, "catenet", new HostOptions { Settings = settings });
        _driver = new RealDriver(Loop, waiter: Waiter);
    }

    public EventLoop Loop { get; } = new();

    public EpollWaiter Waiter { get; } = new();

    public NetworkNamespace Linux { get; } = NetworkNamespace.Create();

    public Host Host { get; }

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
        return done.Task.WaitAsync(Attached.Patience).GetAwaiter().GetResult();
    }

    public void Plug(ILinkPort wire)
    {
        var device = Host.Devices.AddEthernet("eth0");
        device.Connect(wire);
        device.BringUp();
        device.Addresses.Add(InetAddress.Parse("10.0.0.2"), 24);
        device.Addresses.Add(InetAddress.Parse("fd00::2"), 64);
    }

    public void Run()
    {
        _thread = new Thread(() => _driver.Run(Instant.Never)) { IsBackground = true };
        _thread.Start();
    }

    public async Task<string> Output(string program, params string[] arguments)
    {
        using var process = Linux.Start(program, arguments);
        int code = await process.Exit.WaitAsync(Attached.Patience);
        Assert.True(code == 0, $"`{process.Command}` ended with {code}:\n{process.Output}{process.Errors}");
        return process.Output;
    }

    public void Dispose()
    {
        _driver.Stop();
        _thread?.Join();
        Linux.Dispose();
        _driver.Dispose();
        Waiter.Dispose();
    }
}
