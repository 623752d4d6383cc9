using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Catenet.Kernel.Sockets.Operations;

/// <summary>send and sendto. A stream takes all of the data before the call ends; a datagram goes at once or not.</summary>
internal sealed class SendOperation : SocketOperation, IValueTaskSource<int>, IValueTaskSource
{
    private ReadOnlyMemory<byte> _buffer;
    private SocketFlags _flags;
    private InetEndpoint _to;
    private int _scope;
    private InetAddress _source;
    private bool _isSendTo;
    private int _sent;

    public override bool IsRead => false;

    public void Prepare(ReadOnlyMemory<byte> buffer, SocketFlags flags)
    {
        _buffer = buffer;
        _flags = flags;
        _isSendTo = false;
    }

    public void Prepare(ReadOnlyMemory<byte> buffer, SocketFlags flags, InetEndpoint to, int scope, InetAddress source)
    {
        _buffer = buffer;
        _flags = flags;
        _to = to;
        _scope = scope;
        _source = source;
        _isSendTo = true;
    }

    public override SocketError Try()
    {
        var rest = _buffer.Span[_sent..];
        var error = _isSendTo
            ? Core.Backend.SendTo(rest, _flags, _to, _scope, _source, out int sent)
            : Core.Backend.Send(rest, _sent > 0 ? _flags | Backends.SocketBackend.Continued : _flags, out sent);
        _sent += sent;
        return error == SocketError.Success && _sent < _buffer.Length ? SocketError.WouldBlock : error;
    }

    public override string Describe(SocketError error) =>
        SystemCallText.Send(Core, _buffer.Span, _isSendTo ? _to : null, _sent, error);

    int IValueTaskSource<int>.GetResult(short token)
    {
        int sent = _sent;
        Finish(token);
        return sent;
    }

    void IValueTaskSource.GetResult(short token) => Finish(token);

    protected override void Release()
    {
        _buffer = default;
        _sent = 0;
        Core.Host.Operations.Send.Return(this);
    }
}
