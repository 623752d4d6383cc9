using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Catenet.Kernel.Sockets.Operations;

/// <summary>accept.</summary>
internal sealed class AcceptOperation : SocketOperation, IValueTaskSource<NetSocket>
{
    private NetSocket? _accepted;

    public override bool IsRead => true;

    public override SocketError Try()
    {
        var error = Core.Backend.Accept(out var backend);
        if (error == SocketError.Success)
        {
            error = Core.Adopt(backend!, out _accepted);
        }

        return error;
    }

    public override string Describe(SocketError error) => SystemCallText.Accept(Core, _accepted?.Core, error);

    NetSocket IValueTaskSource<NetSocket>.GetResult(short token)
    {
        var accepted = _accepted;
        Finish(token);
        return accepted!;
    }

    protected override void Release()
    {
        _accepted = null;
        Core.Host.Operations.Accept.Return(this);
    }
}
