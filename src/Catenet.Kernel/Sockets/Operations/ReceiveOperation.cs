using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Catenet.Kernel.Sockets.Backends;

namespace Catenet.Kernel.Sockets.Operations;

/// <summary>recv, recvfrom and recvmsg.</summary>
internal sealed class ReceiveOperation : SocketOperation,
    IValueTaskSource<int>, IValueTaskSource<SocketReceiveFromResult>, IValueTaskSource<SocketMessage>
{
    private Memory<byte> _buffer;
    private SocketFlags _flags;
    private bool _wantsSource;
    private Received _received;
    private EndPoint? _source;

    public override bool IsRead => true;

    public void Prepare(Memory<byte> buffer, SocketFlags flags, bool wantsSource)
    {
        _buffer = buffer;
        _flags = flags;
        _wantsSource = wantsSource;
    }

    public override SocketError Try()
    {
        var arrival = _wantsSource ? Core.Backend.ArrivalOf(_buffer.Length) : default;
        var error = Core.Backend.Receive(_buffer.Span, _flags, out _received);
        if (error == SocketError.Success && _wantsSource)
        {
            _received = arrival == default ? _received : _received with { Info = _received.Info with { Timestamp = arrival } };
            _source = Core.Backend.SurfaceOf(_received.Source, _received.Info.Interface);
        }

        return error;
    }

    public override string Describe(SocketError error) =>
        SystemCallText.Receive(Core, _buffer.Span, _received, _wantsSource, _flags, error);

    int IValueTaskSource<int>.GetResult(short token)
    {
        int count = _received.Count;
        Finish(token);
        return count;
    }

    SocketReceiveFromResult IValueTaskSource<SocketReceiveFromResult>.GetResult(short token)
    {
        var result = new SocketReceiveFromResult { ReceivedBytes = _received.Count, RemoteEndPoint = _source! };
        Finish(token);
        return result;
    }

    SocketMessage IValueTaskSource<SocketMessage>.GetResult(short token)
    {
        var result = new SocketMessage(_received.Count, _received.Flags, _source!, _received.Info.Destination,
            _received.Info.Interface, _received.Info.HopLimit, _received.Info.TrafficClass, _received.Info.Timestamp);
        Finish(token);
        return result;
    }

    protected override void Release()
    {
        _buffer = default;
        _received = default;
        _source = null;
        Core.Host.Operations.Receive.Return(this);
    }
}
