namespace Catenet.Kernel.Tcp;

/// <summary>What a host's connections hold only while something is under way, when they do not hold it.</summary>
internal sealed class TransferPools
{
    public SentRingPool SentRings { get; } = new();

    public RecoveryPool Recoveries { get; } = new();

    public SparePool<WriteQueue> WriteQueues { get; } = new();

    public SparePool<SendBuffer> SendBuffers { get; } = new();

    public SparePool<ReceiveQueue> ReceiveQueues { get; } = new();

    public SparePool<ReassemblyQueue> ReassemblyQueues { get; } = new();

    public SparePool<SackReport> SackReports { get; } = new();
}
