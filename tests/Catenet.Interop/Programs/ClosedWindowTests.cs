using Catenet.Interop.Programs.Support;

namespace Catenet.Interop.Programs;

/// <summary>A reader that does not read: the window closes, and opens again.</summary>
public sealed class ClosedWindowTests
{
    public static TheoryData<Terrain, bool, bool> Everything => ConnectionTests.Everything;

    /// <summary>The reader does not read for a minute of Catenet's time, six seconds of Linux's: the clock of Catenet runs ten times faster.</summary>
    [Theory]
    [MemberData(nameof(Everything))]
    public async Task A_window_closed_for_a_minute_opens_again(Terrain terrain, bool v6, bool linuxReads)
    {
        Needs.Linux();
        using var pair = new Pair(terrain, pace: 10, captureLimit: 60_000);

        // The reader has connected on the plain way, the sender on the rough one.
        var (linux, catenet) = await Transfer.ConnectAsync(pair, v6, linuxFirst: linuxReads == (terrain == Terrain.Plain), 7);
        byte[] data = Transfer.Pattern(12_000_000, 1);
        Task<bool> sending = linuxReads ? pair.World.On(() => Transfer.SendAsync(catenet, data)) : Transfer.SendAsync(linux, data);
        await pair.World.On(() =>
        {
            var minute = new TaskCompletionSource<bool>();
            pair.World.Loop.Arm(new ActionTimer(_ => minute.SetResult(true)), Duration.FromSeconds(60));
            return minute.Task;
        });
        Assert.False(sending.IsCompleted, "The data went into buffers that nobody read.");
        var reading = linuxReads ? Transfer.ReadAsync(linux, data) : pair.World.On(() => Transfer.ReadAsync(catenet, data));
        await Task.WhenAll(sending, reading).WaitAsync(World.Patience);
        linux.Dispose();
        catenet.Dispose();
        pair.World.Stop();
        string probes = Judge.Read(pair.World.Capture.Path, "tcp.analysis.zero_window_probe || tcp.analysis.zero_window", "frame.number");
        Assert.True(probes.Split('\n').Length > 3, "The window was never closed.");
        pair.Judge();
    }
}
