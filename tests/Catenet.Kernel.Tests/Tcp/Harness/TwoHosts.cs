using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Tcp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Two hosts on a cable, with addresses of both families.</summary>
internal sealed class TwoHosts : IDisposable
{
    public TwoHosts(ulong seed = 1, DeviceFeatures features = DeviceFeatures.None)
    {
        Loop = new EventLoop(seed);
        Driver = new VirtualDriver(Loop);
        using (Loop.Enter())
        {
            A = new Host(Loop, "a");
            B = new Host(Loop, "b");
            var a = A.Devices.AddEthernet("eth0");
            var b = B.Devices.AddEthernet("eth0");
            Wire = new TestWire(Loop, a, b, features: features);
            Set(a, "192.0.2.1", "2001:db8::1");
            Set(b, "192.0.2.2", "2001:db8::2");
        }

        Run(Duration.FromSeconds(3)); // duplicate address detection
    }

    public EventLoop Loop { get; }

    public VirtualDriver Driver { get; }

    public Host A { get; }

    public Host B { get; }

    public TestWire Wire { get; }

    public static InetAddress AddressOfA(bool ipv6) => InetAddress.Parse(ipv6 ? "2001:db8::1" : "192.0.2.1");

    public static InetAddress AddressOfB(bool ipv6) => InetAddress.Parse(ipv6 ? "2001:db8::2" : "192.0.2.2");

    public void Run(Duration span) => Driver.RunFor(span);

    public void Do(Action action)
    {
        using (Loop.Enter())
        {
            action();
        }

        Driver.RunUntil(Loop.Now);
    }

    public TcpListener Listen(ushort port, int backlog = 16, TcpSocketOptions? options = null)
    {
        TcpListener? listener = null;
        Do(() => listener = B.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv6, port), backlog, out _, options: options));
        return listener!;
    }

    public (TcpConnection Connection, Recorder Events) Connect(ushort port, bool ipv6 = false, TcpSocketOptions? options = null)
    {
        var events = new Recorder();
        TcpConnection connection = null!;
        Do(() =>
        {
            connection = A.Tcp.CreateConnection(options);
            connection.Events = events;
            Assert.Equal(SocketError.InProgress, connection.Connect(default, new InetEndpoint(AddressOfB(ipv6), port)));
        });
        return (connection, events);
    }

    public void Dispose()
    {
        using (Loop.Enter())
        {
            foreach (var host in new[] { A, B })
            {
                foreach (var connection in host.Tcp.Connections.ToList())
                {
                    connection.Abort();
                }

                foreach (var listener in host.Tcp.Listeners.ToList())
                {
                    listener.Close();
                }
            }
        }

        Run(Duration.FromSeconds(200));
        Assert.Equal(0, A.Tcp.Counters.IllegalTransitions + B.Tcp.Counters.IllegalTransitions);
        Assert.Equal(0, A.Tcp.FlowCount + B.Tcp.FlowCount);
        Assert.Equal(0, A.Tcp.MemoryPages + B.Tcp.MemoryPages);
        Loop.Packets.AssertNoLeaks();
    }

    private static void Set(EthernetDevice device, string ipv4, string ipv6)
    {
        device.Addresses.Add(InetAddress.Parse(ipv4), 24);
        device.Addresses.Add(InetAddress.Parse(ipv6), 64);
        device.BringUp();
    }
}
