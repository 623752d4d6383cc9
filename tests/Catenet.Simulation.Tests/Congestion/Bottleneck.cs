using System.Net.Sockets;
using Catenet.Core;
using Catenet.Fabric;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Tcp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Simulation.Tests.Congestion;

/// <summary>Two hosts with a router between them, whose link to the second is narrow: flows from the first to the second share it.</summary>
internal sealed class Bottleneck : IListenerEvents
{
    private const ushort Port = 5001;

    private readonly List<BulkReceiver> _receivers = [];
    private readonly NetDevice _narrow;
    private readonly ActionTimer _sampler;
    private double _queueDelay;
    private int _samples;

    public Bottleneck(PathProfile profile, ulong seed = 1)
    {
        Profile = profile;
        Network = new Network(seed);
        Sender = Network.Host("sender");
        Receiver = Network.Host("receiver");
        var router = Network.Router("router");
        Network.Connect(Sender, "10.0.1.1/24", router, "10.0.1.254/24");
        Network.Connect(router, "10.0.2.254/24", Receiver, "10.0.2.1/24", profile.ToLink());
        Sender.Routes.AddDefault(InetAddress.Parse("10.0.1.254"));
        Receiver.Routes.AddDefault(InetAddress.Parse("10.0.2.254"));
        if (profile.MarkAbove is not null)
        {
            Sender.Settings.Tcp.Ecn = Receiver.Settings.Tcp.Ecn = 1;
        }

        _narrow = router.Devices.All.Last();
        _sampler = new ActionTimer(Sample);
        var listener = Receiver.Tcp.Listen(new InetEndpoint(InetAddress.AnyIPv4, Port), 64, out _)!;
        listener.Events = this;
    }

    public PathProfile Profile { get; }

    public Network Network { get; }

    public Host Sender { get; }

    public Host Receiver { get; }

    /// <summary>Starts a flow that sends for as long as it is let.</summary>
    public BulkSender Start(string congestionControl)
    {
        using var owner = Network.Loop.Enter();
        var sender = new BulkSender(Sender.Tcp.CreateConnection(new TcpSocketOptions { CongestionControl = congestionControl }));
        sender.Connection.Connect(default, new InetEndpoint(InetAddress.Parse("10.0.2.1"), Port));
        return sender;
    }

    /// <summary>Lets time pass and measures what the flows and the queue do in it.</summary>
    public BottleneckResult Measure(Duration span)
    {
        var before = _receivers.Select(r => r.Octets).ToArray();
        long again = Sender.Tcp.Counters.Retransmissions;
        long sent = Sender.Tcp.Counters.SegmentsOut;
        (_queueDelay, _samples) = (0, 0);
        Network.Loop.Arm(_sampler, Duration.FromMilliseconds(1));
        Network.Run(span);
        Network.Loop.Cancel(_sampler);
        double[] rates = [.. _receivers.Select((r, i) => (r.Octets - (i < before.Length ? before[i] : 0)) * 8 / span.TotalSeconds)];
        return new BottleneckResult(
            rates.Sum() / 1e6,
            100 * rates.Sum() / Profile.Rate,
            100.0 * (Sender.Tcp.Counters.Retransmissions - again) / Math.Max(1, Sender.Tcp.Counters.SegmentsOut - sent),
            Jain(rates),
            _queueDelay / Math.Max(1, _samples) * 1000);
    }

    void IListenerEvents.OnAcceptable(TcpListener listener)
    {
        while (listener.Accept() is { } connection)
        {
            var receiver = new BulkReceiver();
            connection.Events = receiver;
            _receivers.Add(receiver);
            receiver.OnReadable(connection);
        }
    }

    /// <summary>Jain's fairness index: one if all have the same, 1/n if one has everything.</summary>
    internal static double Jain(double[] rates)
    {
        double squares = rates.Sum(r => r * r);
        return squares == 0 ? 1 : rates.Sum() * rates.Sum() / (rates.Length * squares);
    }

    private void Sample(Instant now)
    {
        _queueDelay += _narrow.Queue.Backlog * 8.0 / Profile.Rate;
        _samples++;
        Network.Loop.Arm(_sampler, Duration.FromMilliseconds(1));
    }
}

/// <summary>What flows through a bottleneck achieved together.</summary>
/// <param name="Goodput">Mbit/s that reached the reader.</param>
/// <param name="Use">The same in percent of the link's rate.</param>
/// <param name="Retransmitted">Percent of the segments that were sent again.</param>
/// <param name="Fairness">Jain's index over the flows.</param>
/// <param name="QueueDelay">Milliseconds a packet waited in front of the narrow link, on average over time.</param>
internal sealed record BottleneckResult(double Goodput, double Use, double Retransmitted, double Fairness, double QueueDelay);

/// <summary>Sends whenever there is room.</summary>
internal sealed class BulkSender : ISocketEvents
{
    private static readonly byte[] s_chunk = new byte[64 * 1024];

    public BulkSender(TcpConnection connection)
    {
        Connection = connection;
        connection.Events = this;
    }

    public TcpConnection Connection { get; }

    public void OnConnected(TcpConnection connection) => OnWritable(connection);

    public void OnReadable(TcpConnection connection)
    {
    }

    public void OnWritable(TcpConnection connection)
    {
        while (connection.Send(s_chunk, out var error) == s_chunk.Length && error == SocketError.Success)
        {
        }
    }

    public void OnClosed(TcpConnection connection, SocketError error)
    {
    }
}

/// <summary>Reads whatever comes.</summary>
internal sealed class BulkReceiver : ISocketEvents
{
    private static readonly byte[] s_buffer = new byte[64 * 1024];

    public long Octets { get; private set; }

    public void OnConnected(TcpConnection connection)
    {
    }

    public void OnReadable(TcpConnection connection)
    {
        for (int count = 1; count > 0; Octets += count)
        {
            count = connection.Receive(s_buffer, out _);
        }
    }

    public void OnWritable(TcpConnection connection)
    {
    }

    public void OnClosed(TcpConnection connection, SocketError error)
    {
    }
}
