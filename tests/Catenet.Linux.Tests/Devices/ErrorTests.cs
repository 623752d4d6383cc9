using Catenet.Core;
using Catenet.Linux.Devices;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;
using Catenet.Linux.Tests.Support;

namespace Catenet.Linux.Tests.Devices;

/// <summary>When Linux refuses, the message says what to do.</summary>
public sealed class ErrorTests : IDisposable
{
    private readonly EventLoop _loop = new();
    private readonly EpollWaiter _waiter = new();

    public void Dispose()
    {
        _waiter.Dispose();
        _loop.Packets.AssertNoLeaks();
    }

    [Fact]
    public void A_name_that_is_taken()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        using var first = TapDevice.Open(_waiter, _loop, new TapOptions { Name = "tap7", Namespace = linux });
        var e = Assert.Throws<LinuxException>(() => TapDevice.Open(_waiter, _loop, new TapOptions { Name = "tap7", Namespace = linux }));
        Assert.Contains("cannot make the interface tap7", e.Message);
        Assert.Contains("The name is taken", e.Message);
    }

    [Fact]
    public void A_name_of_another_kind_of_interface()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        var e = Assert.Throws<LinuxException>(() => TapDevice.Open(_waiter, _loop, new TapOptions { Name = "lo", Namespace = linux }));
        Assert.Contains("choose another name", e.Message);
    }

    [Fact]
    public void A_name_that_no_interface_can_have()
    {
        Needs.Linux();
        var e = Assert.Throws<ArgumentException>(() => TapDevice.Open(_waiter, _loop, new TapOptions { Name = "a-name-that-is-too-long" }));
        Assert.Contains("at most 15 octets", e.Message);
    }

    [Fact]
    public void A_packet_socket_on_an_interface_that_does_not_exist()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        var e = Assert.Throws<LinuxException>(() => PacketSocketDevice.Open(_waiter, _loop, new PacketSocketOptions { Interface = "eth9", Namespace = linux }));
        Assert.Contains("There is no interface eth9", e.Message);
    }

    [Fact]
    public void No_device_file()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();

        // In the namespace's own view of the file system, /dev/net is hidden behind an empty directory.
        var empty = Directory.CreateTempSubdirectory("catenet-");
        linux.Bind(empty.FullName, "/dev/net");
        var e = Assert.Throws<LinuxException>(() => TapDevice.Open(_waiter, _loop, new TapOptions { Namespace = linux }));
        empty.Delete();
        Assert.Contains("cannot open /dev/net/tun", e.Message);
        Assert.Contains("modprobe tun", e.Message);
    }

    [Fact]
    public void A_program_that_does_not_exist()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        var e = Assert.Throws<LinuxException>(() => linux.Start("no-such-program"));
        Assert.Contains("Install no-such-program", e.Message);
    }

    [Fact]
    public void A_TUN_on_a_link()
    {
        Needs.Linux();
        using var linux = NetworkNamespace.Create();
        using var tun = TunDevice.Open(_waiter, _loop, new TapOptions { Name = "tun0", Namespace = linux });
        var e = Assert.Throws<InvalidOperationException>(() =>
            new Kernel.Host(_loop, "h").Devices.AddEthernet("eth0").Connect(tun));
        Assert.Contains("AddPointToPoint", e.Message);
    }
}
