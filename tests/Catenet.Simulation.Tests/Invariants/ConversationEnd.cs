using System.Globalization;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Simulation.Tests.Invariants;

/// <summary>What one end of a conversation does.</summary>
/// <param name="Octets">How much it says.</param>
/// <param name="Chunk">How much of it with one call.</param>
/// <param name="Nap">How long it does not read, once; zero for never.</param>
/// <param name="AbortAfter">When it aborts, counted from the connection's beginning; null for never.</param>
/// <param name="ClosesEarly">Whether it closes when it has said everything, whether or not the peer has.</param>
internal sealed record ConversationPlan(int Octets, int Chunk, Duration Nap, Duration? AbortAfter, bool ClosesEarly);

/// <summary>One end: says its part, checks what it hears, and judges at the end whether all was as TCP promises.</summary>
internal sealed class ConversationEnd(EventLoop loop, string name, ConversationPlan plan, RandomStream random) : ISocketEvents, IListenerEvents
{
    private const int Period = 251;

    private static readonly byte[] s_pattern = [.. Enumerable.Range(0, Period + 65536).Select(i => (byte)(i % Period))];

    private readonly byte[] _buffer = new byte[1 + random.Next(20_000)];
    private TcpConnection? _connection;
    private int _said;
    private long _heard;
    private long _wrongAt = -1;
    private bool _napping;
    private bool _shut;
    private bool _ended;
    private bool _closed;
    private bool _over;
    private SocketError _error;

    public ConversationEnd Peer { get; set; } = null!;

    /// <summary>Whether it aborted, or closed without reading on: then the peer may miss some of what was said, and be told so by a reset.</summary>
    public bool Abandoned { get; private set; }

    /// <summary>Whether nothing more will happen here. A connection that never came about never reaches the other side's program.</summary>
    public bool IsOver => _over || (_connection is null && Peer._over);

    /// <summary>Which promise was broken; null if none was.</summary>
    public string? Verdict
    {
        get
        {
            string? broken =
                _wrongAt >= 0 ? Text($"what was heard differs from octet {_wrongAt} on")
                : !IsOver ? Text($"stalled: said {_said} of {plan.Octets}, heard {_heard} of {Peer._said}, {_connection}")
                : _heard > Peer._said ? Text($"heard {_heard} octets of {Peer._said}")
                : _ended && _error == SocketError.Success && !Peer.Abandoned && !Abandoned && _heard != Peer.ToSay ? Text($"an orderly end after {_heard} of {Peer.ToSay} octets")
                : !_ended && _error == SocketError.Success && !Abandoned && _connection is not null ? "over, with neither an end nor an error"
                : null;
            return broken is null ? null : $"{name}: {broken}";
        }
    }

    private int ToSay => plan.Octets;

    public void Open(TcpConnection connection, InetEndpoint remote)
    {
        Take(connection);
        if (connection.Connect(default, remote) is var error and not SocketError.InProgress)
        {
            _error = error;
            _over = true;
        }
    }

    public void OnAcceptable(TcpListener listener)
    {
        while (listener.Accept() is { } connection)
        {
            if (_connection is not null)
            {
                connection.Abort(); // an old SYN that made a second connection
                continue;
            }

            Take(connection);
            OnConnected(connection);
            OnReadable(connection);
            if (connection.State == TcpState.Closed)
            {
                OnClosed(connection, connection.Error);
            }
        }
    }

    public void OnConnected(TcpConnection connection)
    {
        if (plan.AbortAfter is { } after)
        {
            loop.Arm(new ActionTimer(_ => Abort()), after);
        }

        Say(connection);
    }

    public void OnWritable(TcpConnection connection) => Say(connection);

    public void OnReadable(TcpConnection connection)
    {
        while (!_napping && !IsOver)
        {
            int count = connection.Receive(_buffer, out var error);
            if (count == 0)
            {
                _ended |= error == SocketError.Success;
                FinishIfDone(connection);
                return;
            }

            if (_wrongAt < 0 && !_buffer.AsSpan(0, count).SequenceEqual(s_pattern.AsSpan((int)(_heard % Period), count)))
            {
                _wrongAt = _heard;
            }

            _heard += count;
            if (plan.Nap > Duration.Zero && _heard > 2000 && _heard - count <= 2000)
            {
                _napping = true;
                loop.Arm(new ActionTimer(_ => Wake(connection)), plan.Nap);
            }
        }
    }

    public void OnClosed(TcpConnection connection, SocketError error)
    {
        _error = error;
        _closed = true;
        if (_napping)
        {
            return; // what has come is still there to be read
        }

        OnReadable(connection);
        if (!IsOver)
        {
            _over = true;
            connection.Close();
        }
    }

    private void Take(TcpConnection connection)
    {
        _connection = connection;
        connection.Events = this;
    }

    private void Say(TcpConnection connection)
    {
        while (_said < plan.Octets && !IsOver)
        {
            int length = Math.Min(plan.Chunk, plan.Octets - _said);
            int taken = connection.Send(s_pattern.AsSpan(_said % Period, Math.Min(length, 65536)), out var error);
            _said += taken;
            if (error != SocketError.Success || taken < length)
            {
                return;
            }
        }

        if (!_shut && !IsOver)
        {
            _shut = true;
            connection.ShutdownSend();
            if (plan.ClosesEarly)
            {
                Abandoned = _over = true;
                connection.Close();
                return;
            }
        }

        FinishIfDone(connection);
    }

    private void FinishIfDone(TcpConnection connection)
    {
        if (_ended && _shut && !IsOver)
        {
            _over = true;
            connection.Close();
        }
    }

    private void Wake(TcpConnection connection)
    {
        _napping = false;
        if (_closed)
        {
            OnClosed(connection, _error);
        }
        else
        {
            OnReadable(connection);
        }
    }

    private void Abort()
    {
        if (!IsOver)
        {
            Abandoned = _over = true;
            _connection!.Abort();
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
