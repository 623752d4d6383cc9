using System.IO.Pipelines;
using Catenet.Hosting.Connections;
using Microsoft.AspNetCore.Connections;

namespace Catenet.Hosting.Kestrel;

/// <summary>One accepted connection as Kestrel sees it.</summary>
internal sealed class CatenetConnectionContext : DefaultConnectionContext, IDuplexPipe
{
    private readonly ApplicationConnection _connection;

    public CatenetConnectionContext(ApplicationConnection connection)
        : base(connection.Name)
    {
        _connection = connection;
        Transport = this;
        LocalEndPoint = connection.LocalEndPoint;
        RemoteEndPoint = connection.RemoteEndPoint;
        ConnectionClosed = connection.Closed;
    }

    public PipeReader Input => _connection.Input;

    public PipeWriter Output => _connection.Output;

    public override void Abort(ConnectionAbortedException abortReason) => _connection.Abort();

    public override ValueTask DisposeAsync()
    {
        _connection.Output.Complete();
        _connection.Input.Complete();
        _connection.Close();
        return ValueTask.CompletedTask;
    }
}
