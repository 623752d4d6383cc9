using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>Sends a stream whose every octet tells its position, and checks it at the other end.</summary>
internal sealed class Transfer
{
    private readonly byte[] _chunk;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly byte[] _pattern;
    private readonly long _total;
    private long _sent;
    private bool _closeWhenDone = true;

    public Transfer(long total, int chunk = 16 * 1024)
    {
        _total = total;
        _chunk = new byte[chunk];
        _pattern = new byte[251 + _buffer.Length];
        for (int i = 0; i < _pattern.Length; i++)
        {
            _pattern[i] = (byte)(i % 251);
        }

        Sender = new Recorder { WhenConnected = Pump, WhenWritable = Pump };
        Receiver = new Recorder { WhenReadable = Drain };
    }

    public Recorder Sender { get; }

    public Recorder Receiver { get; }

    public long Received { get; private set; }

    public bool EndSeen { get; private set; }

    public long FirstWrong { get; private set; } = -1;

    public bool KeepOpen
    {
        set => _closeWhenDone = !value;
    }

    /// <summary>Begins sending on a connection that is established already.</summary>
    public void Pump(TcpConnection connection)
    {
        while (_sent < _total)
        {
            int length = (int)Math.Min(_chunk.Length, _total - _sent);
            int taken = connection.Send(_pattern.AsSpan((int)(_sent % 251), length), out var error);
            _sent += taken;
            if (taken < length || error != SocketError.Success)
            {
                return;
            }
        }

        if (_closeWhenDone)
        {
            connection.ShutdownSend();
        }
    }

    public void Drain(TcpConnection connection)
    {
        while (true)
        {
            int count = connection.Receive(_buffer, out var error);
            if (count == 0)
            {
                EndSeen |= error == SocketError.Success;
                if (EndSeen)
                {
                    connection.Close();
                }

                return;
            }

            if (FirstWrong < 0 && !_buffer.AsSpan(0, count).SequenceEqual(_pattern.AsSpan((int)(Received % 251), count)))
            {
                FirstWrong = Received;
            }

            Received += count;
        }
    }

    /// <summary>Runs a whole transfer from A to B through a new connection.</summary>
    public static Transfer Run(TwoHosts net, long total, Duration limit, bool ipv6 = false, TcpSocketOptions? options = null)
    {
        var transfer = new Transfer(total);
        var listener = net.Listen(5001);
        listener.Events = new AcceptAll(transfer.Receiver);
        net.Do(() =>
        {
            var connection = net.A.Tcp.CreateConnection(options);
            connection.Events = transfer.Sender;
            connection.Connect(default, new InetEndpoint(TwoHosts.AddressOfB(ipv6), 5001));
        });
        var end = net.Loop.Now + limit;
        while (!(transfer.EndSeen || transfer.Sender.Closed > 0) && net.Loop.Now < end)
        {
            net.Run(Duration.FromMilliseconds(100));
        }

        net.Do(listener.Close);
        return transfer;
    }
}

internal sealed class AcceptAll(Recorder events) : IListenerEvents
{
    public List<TcpConnection> Accepted { get; } = [];

    public void OnAcceptable(TcpListener listener)
    {
        while (listener.Accept() is { } connection)
        {
            Accepted.Add(connection);
            connection.Events = events;
            if (connection.IsReadable)
            {
                events.OnReadable(connection);
            }
        }
    }
}
