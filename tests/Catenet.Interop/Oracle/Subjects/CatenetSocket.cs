using System.Net.Sockets;
using System.Text;
using Catenet.Kernel.Tcp;
using Catenet.Kernel.Udp;
using TcpListener = Catenet.Kernel.Tcp.TcpListener;

namespace Catenet.Interop.Oracle.Subjects;

/// <summary>A socket of the Catenet host: a listener, a connection or a UDP endpoint.</summary>
internal sealed class CatenetSocket : ISubjectSocket
{
    private readonly CatenetSubject _subject;
    private readonly TcpListener? _listener;
    private readonly TcpConnection? _connection;
    private readonly UdpEndpoint? _udp;
    private bool _errorTaken;

    private CatenetSocket(CatenetSubject subject, TcpListener? listener, TcpConnection? connection, UdpEndpoint? udp)
    {
        _subject = subject;
        _listener = listener;
        _connection = connection;
        _udp = udp;
    }

    public string State => _listener is not null ? (_listener.IsClosed ? "CLOSED" : "LISTEN") : SubjectNames.OfState(_connection!.State);

    public static CatenetSocket OfListener(CatenetSubject subject, TcpListener listener) => new(subject, listener, null, null);

    public static CatenetSocket OfConnection(CatenetSubject subject, TcpConnection connection) => new(subject, null, connection, null);

    public static CatenetSocket OfUdp(CatenetSubject subject, UdpEndpoint udp) => new(subject, null, null, udp);

    public ISubjectSocket? Accept()
    {
        TcpConnection? accepted = null;
        _subject.Do(() => accepted = _listener!.Accept());
        return accepted is null ? null : _subject.Keep(OfConnection(_subject, accepted));
    }

    public string Send(byte[] data)
    {
        string result = "";
        _subject.Do(() =>
        {
            if (_udp is not null)
            {
                result = _udp.TakeError() is var pending and not SocketError.Success ? pending.ToString() : _udp.Send(data).ToString();
                return;
            }

            int sent = _connection!.Send(data, out var error);
            result = error == SocketError.Success ? $"sent {sent}" : Once(error, "Shutdown");
        });
        return result == nameof(SocketError.Success) ? $"sent {data.Length}" : result;
    }

    public string SendTo(InetEndpoint to, byte[] data)
    {
        SocketError error = default;
        _subject.Do(() =>
        {
            error = _udp!.TakeError();
            error = error != SocketError.Success ? error : _udp.SendTo(data, to);
        });
        return error == SocketError.Success ? $"sent {data.Length}" : error.ToString();
    }

    public string ConnectTo(InetEndpoint to)
    {
        SocketError error = default;
        _subject.Do(() => error = _udp!.Connect(to));
        return error.ToString();
    }

    public string Receive()
    {
        string result = "";
        _subject.Do(() => result = _udp is not null ? ReceiveDatagram() : ReceiveStream());
        return result;
    }

    public string TakeError()
    {
        string result = "";
        _subject.Do(() => result = (_udp?.TakeError() ?? _connection!.TakeError()).ToString());
        return result;
    }

    public string Join(InetAddress group)
    {
        string result = "";
        _subject.Do(() => result = _udp!.JoinGroup(group, _subject.FirstDevice).ToString());
        return result;
    }

    public void SetOption(SubjectOption option, int value)
    {
        switch (option)
        {
            case SubjectOption.NoDelay: Set(o => o with { NoDelay = value != 0 }); break;
            case SubjectOption.AbortOnClose: Set(o => o with { AbortOnClose = value != 0 }); break;
            case SubjectOption.Broadcast: _udp!.Broadcast = value != 0; break;
            case SubjectOption.PathMtuDiscovery: _udp!.PathMtuDiscovery = (PathMtuDiscovery)value; break;
            case SubjectOption.HopLimit when _udp is not null: _udp.HopLimit = (byte)value; break;
            case SubjectOption.HopLimit: Set(o => o with { HopLimit = (byte)value }); break;

            // setsockopt() doubles what it is given.
            case SubjectOption.ReceiveBuffer when _udp is not null: _udp.ReceiveBufferSize = 2 * value; break;
            case SubjectOption.ReceiveBuffer: Set(o => o with { ReceiveBuffer = 2 * value }); break;
        }

        _subject.Do(() => _connection?.ApplyOptions());
    }

    public string ShutdownSend()
    {
        SocketError error = default;
        _subject.Do(() => error = _connection!.ShutdownSend());
        return error.ToString();
    }

    public void Close() => _subject.Do(() =>
    {
        _listener?.Close();
        _connection?.Close();
        _udp?.Close();
    });

    public void Abort()
    {
        _connection?.Abort();
        _listener?.Close();
        _udp?.Close();
    }

    private void Set(Func<TcpSocketOptions, TcpSocketOptions> change)
    {
        if (_listener is not null)
        {
            _listener.Options = change(_listener.Options);
        }
        else
        {
            _connection!.Options = change(_connection.Options);
        }
    }

    private string ReceiveDatagram()
    {
        var error = _udp!.TakeError();
        if (error != SocketError.Success)
        {
            return error.ToString();
        }

        if (!_udp.TryReceive(out var packet, out _))
        {
            return nameof(SocketError.WouldBlock);
        }

        string text = Text(packet.ToArray());
        packet.Release();
        return text;
    }

    private string ReceiveStream()
    {
        var buffer = new byte[65536];
        int count = _connection!.Receive(buffer, out var error);
        return count > 0 ? Text(buffer[..count]) : error == SocketError.Success ? "end" : Once(error, "end");
    }

    /// <summary>What ended the connection is told once, as sockets do.</summary>
    private string Once(SocketError error, string afterwards)
    {
        if (error != _connection!.Error)
        {
            return error.ToString();
        }

        string result = _errorTaken ? afterwards : error.ToString();
        _errorTaken = true;
        return result;
    }

    /// <summary>Short data as it is, long data by its length.</summary>
    public static string Text(byte[] data) => data.Length <= 64 ? (data.All(b => b is >= 32 and < 127) ? $"'{Encoding.Latin1.GetString(data)}'" : Convert.ToHexStringLower(data)) : $"{data.Length} octets, sum {data.Sum(b => (long)b)}";
}
