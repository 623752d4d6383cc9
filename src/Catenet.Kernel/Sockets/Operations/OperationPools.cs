namespace Catenet.Kernel.Sockets.Operations;

/// <summary>A host's spare operations, so that calls on its sockets allocate nothing and idle sockets keep nothing.</summary>
internal sealed class OperationPools
{
    public OperationPool<ReceiveOperation> Receive { get; } = new();

    public OperationPool<SendOperation> Send { get; } = new();

    public OperationPool<AcceptOperation> Accept { get; } = new();
}
