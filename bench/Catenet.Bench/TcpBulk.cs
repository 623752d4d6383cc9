using System.Diagnostics;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Bench;

/// <summary>One TCP connection that carries as much as it can, from a program's buffer to another's: MTU 1500, both hosts on one thread.</summary>
/// <param name="name">The name by which it is chosen.</param>
/// <param name="offload">Whether segments and checksums are left to the cable, as to a network card or a TAP; otherwise every frame is made, summed and verified.</param>
/// <param name="what">What is measured.</param>
internal sealed class TcpBulk(string name, bool offload, string what) : Benchmark(name, "Gbit/s", what)
{
    public override double Run(double seconds)
    {
        var network = new Network();
        var (a, b) = (network.Host("a"), network.Host("b"));
        if (offload)
        {
            _ = new OffloadCable(a, "10.0.0.1", b, "10.0.0.2", Duration.FromMicroseconds(10));
        }
        else
        {
            network.Connect(a, "10.0.0.1/24", b, "10.0.0.2/24", LinkSettings.Of(0, Duration.FromMicroseconds(10)));
        }

        network.Run(Duration.FromSeconds(3));
        var sink = new Receiver(b);
        var source = new Sender(a);
        source.Connect();

        // Slow start is over and the buffers have grown when the clock starts.
        RunFor(network, 0.2);
        long before = sink.Octets;
        double elapsed = RunFor(network, seconds);
        return (sink.Octets - before) * 8 / elapsed / 1e9;
    }

    private static double RunFor(Network network, double seconds)
    {
        long begin = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            network.Run(Duration.FromMicroseconds(200));
            elapsed = Stopwatch.GetElapsedTime(begin);
        }
        while (elapsed.TotalSeconds < seconds);

        return elapsed.TotalSeconds;
    }

    private sealed class Sender(Host host) : ISocketEvents
    {
        private readonly byte[] _data = new byte[64 * 1024];
        private readonly TcpConnection _connection = host.Tcp.CreateConnection();

        public void Connect()
        {
            _connection.Events = this;
            var error = _connection.Connect(new InetEndpoint(InetAddress.AnyIPv4, 0), new InetEndpoint(InetAddress.Parse("10.0.0.2"), 5001));
            if (error is not (SocketError.Success or SocketError.InProgress or SocketError.WouldBlock))
            {
                throw new InvalidOperationException($"The connection failed: {error}.");
            }
        }

        public void OnConnected(TcpConnection connection) => Fill(connection);

        public void OnWritable(TcpConnection connection) => Fill(connection);

        public void OnReadable(TcpConnection connection)
        {
        }

        public void OnClosed(TcpConnection connection, SocketError error) => throw new InvalidOperationException($"The connection ended: {error}.");

        private void Fill(TcpConnection connection)
        {
            while (connection.Send(_data, out _) == _data.Length)
            {
            }
        }
    }

    private sealed class Receiver : ISocketEvents, IListenerEvents
    {
        private readonly byte[] _data = new byte[64 * 1024];

        public Receiver(Host host)
        {
            var listener = host.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, 5001), 16, out var error)
                ?? throw new InvalidOperationException($"Cannot listen: {error}.");
            listener.Events = this;
        }

        public long Octets { get; private set; }

        public void OnAcceptable(TcpListener listener)
        {
            while (listener.Accept() is { } connection)
            {
                connection.Events = this;
                OnReadable(connection);
            }
        }

        public void OnReadable(TcpConnection connection)
        {
            int count;
            while ((count = connection.Receive(_data, out _)) > 0)
            {
                Octets += count;
            }
        }

        public void OnConnected(TcpConnection connection)
        {
        }

        public void OnWritable(TcpConnection connection)
        {
        }

        public void OnClosed(TcpConnection connection, SocketError error) => throw new InvalidOperationException($"The connection ended: {error}.");
    }
}
