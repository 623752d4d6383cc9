using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Catenet.Kernel.Sockets.Operations;

/// <summary>connect.</summary>
internal sealed class ConnectOperation(InetEndpoint remote, int scope) : SocketOperation, IValueTaskSource
{
    private bool _begun;

    public override bool IsRead => false;

    public override SocketError Try()
    {
        if (!_begun)
        {
            _begun = true;
            return Core.Backend.Connect(remote, scope);
        }

        return Core.Backend.ConnectResult();
    }

    public override string Describe(SocketError error) => SystemCallText.Connect(Core, remote, error);

    public override void Abandon() => Core.Backend.AbandonConnect();

    void IValueTaskSource.GetResult(short token) => Finish(token);

    protected override void Release()
    {
    }
}
