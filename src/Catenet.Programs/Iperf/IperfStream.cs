using Catenet.Core;

namespace Catenet.Programs.Iperf;

/// <summary>One stream of a test at one end.</summary>
internal abstract class IperfStream(IperfTest test, EventLoop loop) : IDisposable
{
    public int Id { get; } = test.NextId;

    /// <summary>Octets sent or received.</summary>
    public long Octets { get; protected set; }

    /// <summary>Datagrams sent, or the highest number received.</summary>
    public long Packets { get; protected set; }

    /// <summary>Datagrams missed.</summary>
    public long Lost { get; protected set; }

    public double JitterSeconds { get; protected set; }

    protected IperfTest Test => test;

    protected EventLoop Loop => loop;

    /// <summary>Sends at the test's pace until stopped or all is sent.</summary>
    public async Task SendAsync(CancellationToken stop)
    {
        byte[] block = new byte[test.Block];
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = (byte)i;
        }

        var begun = loop.Now;
        while (!test.IsComplete && !stop.IsCancellationRequested)
        {
            Count(await SendBlockAsync(block, stop));

            // The pace is kept from the beginning on: what a late timer missed is made good.
            await loop.SleepUntilAsync(begun + Duration.FromSeconds(Octets * 8.0 / test.Pace), stop);
        }
    }

    /// <summary>Receives until the other end closes, the amount has come, or it is stopped.</summary>
    public abstract Task ReceiveAsync(CancellationToken stop);

    public abstract void Dispose();

    protected abstract ValueTask<int> SendBlockAsync(byte[] block, CancellationToken stop);

    protected void Count(int octets)
    {
        Octets += octets;
        test.Count(octets);
    }
}
