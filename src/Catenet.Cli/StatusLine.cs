using System.Diagnostics;
using System.Globalization;
using Catenet.Core;

namespace Catenet.Cli;

/// <summary>One line on the terminal that says how far a long run is; nothing in a pipe or for a short one.</summary>
internal sealed class StatusLine(bool quiet, Duration limit) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly long _begun = Stopwatch.GetTimestamp();
    private TimeSpan _last;
    private bool _shown;

    public void Tell(Instant now)
    {
        if (quiet || Console.IsErrorRedirected)
        {
            return;
        }

        var elapsed = Stopwatch.GetElapsedTime(_begun);
        if (elapsed < Patience || elapsed - _last < Period)
        {
            return;
        }

        _last = elapsed;
        _shown = true;
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"\r\e[K{now.TotalSeconds:0.000} s of lab time (at most {limit.TotalSeconds:0} s), {elapsed.TotalSeconds:0.0} s by the clock"));
    }

    public void Dispose()
    {
        if (_shown)
        {
            Console.Error.Write("\r\e[K");
            _shown = false;
        }
    }
}
