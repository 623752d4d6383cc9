using Catenet.Core;
using Catenet.Kernel;
using Catenet.Linux.Devices;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;
using Catenet.Linux.Tests.Support;

namespace Catenet.Linux.Tests.Devices;

/// <summary>TUN, packet sockets, several queues.</summary>
public sealed class OtherDevicesTests
{
    [Theory]
    [InlineData("10.0.0.2")]
    [InlineData("fd00::2")]
    public async Task A_TUN_carries_both_families(string catenet)
    {
        Needs.Linux("ping");
        using var net = new Driven();
        using var tun = TunDevice.Open(net.Waiter, net.Loop, new TapOptions { Name = "tun0", Namespace = net.Linux });
        net.Linux.Ip("addr add 10.0.0.1/24 dev tun0");
        net.Linux.Ip("addr add fd00::1/64 dev tun0 nodad");
        var device = net.Host.Devices.AddPointToPoint("tun0");
        device.Connect(tun);
        device.BringUp();
        device.Addresses.Add(InetAddress.Parse("10.0.0.2"), 24);
        device.Addresses.Add(InetAddress.Parse("fd00::2"), 64);
        net.Run();
        Assert.Contains(" 0% packet loss", await net.Output("ping", "-c", "2", "-i", "0.1", "-W", "20", "-s", "3000", catenet));
    }

    [Theory]
    [InlineData("10.0.0.2")]
    [InlineData("fd00::2")]
    public async Task A_packet_socket_is_a_station_on_Linuxs_wire(string catenet)
    {
        Needs.Linux("ping");
        using var net = new Driven();
        net.Linux.Ip("link add v0 type veth peer name v1");
        net.Linux.Ip("link set v0 up");
        net.Linux.Ip("link set v1 up");
        net.Linux.Ip("addr add 10.0.0.1/24 dev v0");
        net.Linux.Ip("addr add fd00::1/64 dev v0 nodad");
        using var wire = PacketSocketDevice.Open(net.Waiter, net.Loop, new PacketSocketOptions { Interface = "v1", Namespace = net.Linux });
        net.Plug(wire);
        net.Run();
        Assert.Contains(" 0% packet loss", await net.Output("ping", "-c", "2", "-i", "0.1", "-W", "20", "-s", "3000", catenet));
    }

    [Fact]
    public async Task A_device_of_several_queues_loses_nothing()
    {
        Needs.Linux("ping");
        using var net = new Driven();
        using var tap = TapDevice.Open(net.Waiter, net.Loop, new TapOptions { Name = "tap0", Namespace = net.Linux, Queues = 4 });
        net.Linux.Ip("addr add 10.0.0.1/24 dev tap0");
        net.Linux.Ip("addr add fd00::1/64 dev tap0 nodad");
        net.Plug(tap);
        net.Run();
        var pings = Enumerable.Range(0, 8).Select(i => net.Output("ping", "-c", "20", "-i", "0.01", "-W", "20", i % 2 == 0 ? "10.0.0.2" : "fd00::2"));
        foreach (string text in await Task.WhenAll(pings))
        {
            Assert.True(text.Contains(" 0% packet loss", StringComparison.Ordinal), text);
        }
    }

    private sealed class Driven : IDisposable
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

        public void Plug(LinuxDevice wire)
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
}
