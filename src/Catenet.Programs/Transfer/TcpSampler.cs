using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;

namespace Catenet.Programs.Transfer;

/// <summary>Notes at regular intervals what TCP_INFO tells of a connection.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
public sealed class TcpSampler
{
    /// <summary>The most samples kept: past them every second one is let go of, and the interval doubles.</summary>
    public const int Most = 20_000;

    private readonly Host _host;
    private readonly ActionTimer _timer;
    private readonly List<TcpSample> _samples = [];
    private Duration _interval;
    private TcpConnection? _connection;

    /// <summary>Makes one that has not begun.</summary>
    /// <param name="host">The connection's host.</param>
    /// <param name="interval">The time between two samples.</param>
    public TcpSampler(Host host, Duration interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval.Nanoseconds, 0, nameof(interval));
        _host = host;
        _interval = interval;
        _timer = new ActionTimer(Take);
    }

    /// <summary>The samples, in order of time.</summary>
    public IReadOnlyList<TcpSample> Samples => _samples;

    /// <summary>Begins, with a first sample now.</summary>
    public void Start(TcpConnection connection)
    {
        _connection = connection;
        Take(_host.Loop.Now);
    }

    /// <summary>Ends.</summary>
    public void Stop() => _host.Loop.Cancel(_timer);

    private void Take(Instant now)
    {
        var connection = _connection!;
        if (connection.State is TcpState.Closed or TcpState.TimeWait)
        {
            return;
        }

        if (_samples.Count == Most)
        {
            for (int i = 0; i < Most / 2; i++)
            {
                _samples[i] = _samples[2 * i];
            }

            _samples.RemoveRange(Most / 2, Most / 2);
            _interval *= 2;
        }

        _samples.Add(new TcpSample(now, connection.GetInfo(), connection.Unacknowledged));
        _host.Loop.Arm(_timer, _interval);
    }
}
