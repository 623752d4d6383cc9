using Catenet.Core;
using Catenet.Lab.Running;

namespace Catenet.Simulation.Tests.Labs;

/// <summary>The same seed gives the same octets; another seed other chances.</summary>
public sealed class RepeatabilityTests
{
    public static TheoryData<string> Labs() => [.. TestLabs.Names];

    [Theory]
    [MemberData(nameof(Labs))]
    public void The_same_seed_gives_the_same_capture_three_times_and_on_a_busy_machine(string lab)
    {
        string first = Digest(lab);
        Assert.Equal(first, Digest(lab));
        Assert.Equal(first, Digest(lab));
        using var busy = new BusyMachine();
        Assert.Equal(first, Digest(lab));
    }

    [Fact]
    public void Another_seed_gives_another_pattern_of_loss()
    {
        Assert.NotEqual(Digest("tcp-handshake", 1), Digest("tcp-handshake", 2));
        Assert.NotEqual(Losses(1), Losses(2));
        Assert.Equal(Losses(1), Losses(1));
    }

    /// <summary>The capture itself, or under TLS, whose octets are random, the time, place and size of every frame.</summary>
    private static string Digest(string lab, ulong? seed = null)
    {
        if (!TestLabs.UsesTls(lab))
        {
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(TestLabs.Capture(lab, seed)));
        }

        var log = new FrameLog(TraceKind.DeviceTransmit);
        new LabRunner(TestLabs.Plan(lab), new LabRunOptions { Seed = seed, Listeners = [log] }).Run();
        return log.Text;
    }

    private static string Losses(ulong seed)
    {
        var log = new FrameLog(TraceKind.Drop);
        new LabRunner(TestLabs.Plan("tcp-handshake"), new LabRunOptions { Seed = seed, Listeners = [log] }).Run();
        return log.Text;
    }

    /// <summary>Notes when and where frames of what size were seen.</summary>
    private sealed class FrameLog(TraceKind kind) : ITraceListener
    {
        private readonly System.Text.StringBuilder _text = new();

        public string Text => _text.ToString();

        public void OnEvent(in TraceEvent traceEvent)
        {
            if (traceEvent.Kind == kind)
            {
                _text.Append(traceEvent.Time).Append(' ').Append(traceEvent.Node).Append('.').Append(traceEvent.Device).Append(' ')
                    .Append(traceEvent.Packet?.Length).Append(' ').Append(traceEvent.Reason).Append('\n');
            }
        }
    }

    /// <summary>Keeps every core busy until disposed.</summary>
    private sealed class BusyMachine : IDisposable
    {
        private readonly Thread[] _threads;
        private volatile bool _over;

        public BusyMachine()
        {
            _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Spin) { IsBackground = true })];
            Array.ForEach(_threads, t => t.Start());
        }

        public void Dispose()
        {
            _over = true;
            Array.ForEach(_threads, t => t.Join());
        }

        private void Spin()
        {
            while (!_over)
            {
                Thread.SpinWait(1000);
            }
        }
    }
}
