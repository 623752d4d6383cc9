using Catenet.Core;
using Catenet.Kernel.Tcp;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>What TCP costs: nothing allocated per packet, little memory per connection.</summary>
public class CostTests
{
    [Fact]
    public void Steady_bulk_transfer_allocates_nothing()
    {
        using var net = new TwoHosts();
        var transfer = new Transfer(long.MaxValue) { KeepOpen = true };
        var options = new TcpSocketOptions { SendBuffer = 256 * 1024 };
        var listener = net.Listen(5001, options: new TcpSocketOptions { ReceiveBuffer = 1024 * 1024 });
        var accepted = new AcceptAll(transfer.Receiver);
        listener.Events = accepted;
        using var owner = net.Loop.Enter();
        var connection = net.A.Tcp.CreateConnection(options);
        connection.Events = new Stop(transfer.Sender);
        connection.Connect(default, new InetEndpoint(TwoHosts.AddressOfB(false), 5001));
        Turn(net, 3_000);
        long octets = transfer.Received;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Turn(net, 3_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        octets = transfer.Received - octets;
        connection.Abort();
        accepted.Accepted.ForEach(c => c.Abort());
        Assert.True(octets > 5_000_000, $"only {octets} octets moved");
        Assert.True(allocated == 0, $"{allocated} octets allocated for {octets} octets moved");
    }

    [Fact]
    public void A_connection_takes_832_octets_with_its_congestion_control()
    {
        using var net = new TwoHosts();
        var options = new TcpSocketOptions();
        net.A.Tcp.CreateConnection();
        long before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(net.A.Tcp.CreateConnection(options));
        long size = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(size, 1, 832);
    }

    // Runs events one by one: the wire has no delay, so nothing but tasks need run.
    private static void Turn(TwoHosts net, int events)
    {
        for (int i = 0; i < events; i++)
        {
            net.Loop.RunOne();
        }
    }

    private sealed class Stop(Recorder inner) : ISocketEvents
    {
        public void OnConnected(TcpConnection connection) => inner.OnConnected(connection);

        public void OnReadable(TcpConnection connection)
        {
        }

        public void OnWritable(TcpConnection connection) => inner.OnWritable(connection);

        public void OnClosed(TcpConnection connection, System.Net.Sockets.SocketError error)
        {
        }
    }
}
