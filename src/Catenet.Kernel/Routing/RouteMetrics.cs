using System.Globalization;
using System.Text;

namespace Catenet.Kernel.Routing;

/// <summary>What a route says about how TCP is to use it (the metrics of <c>ip route</c>).</summary>
public sealed record RouteMetrics
{
    /// <summary><c>congctl</c>: the congestion control of connections by this route, whatever they chose; null: none.</summary>
    public string? CongestionControl { get; init; }

    /// <summary>Whether a connection may choose another congestion control later; <c>congctl lock</c> forbids it.</summary>
    public bool IsCongestionControlLocked { get; init; }

    /// <summary><c>initcwnd</c>: the initial window in segments; zero: the host's setting.</summary>
    public int InitialWindow { get; init; }

    /// <summary><c>initrwnd</c>: the receive window announced at first, in segments; zero: by the buffer.</summary>
    public int InitialReceiveWindow { get; init; }

    /// <summary><c>rto_min</c>; zero: the host's setting.</summary>
    public Duration MinRto { get; init; }

    /// <summary><c>cwnd lock</c>: the most cwnd may become, in segments; zero: no bound.</summary>
    public int MaxWindow { get; init; }

    /// <summary><c>ssthresh</c> in segments to begin with; heeded with <c>tcp_no_ssthresh_metrics_save</c> 0, zero: none.</summary>
    public int Ssthresh { get; init; }

    /// <summary><c>quickack 1</c>: every segment is acknowledged at once.</summary>
    public bool QuickAck { get; init; }

    /// <summary>As <c>ip route</c> shows them, each with a space before it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text, "ssthresh", Ssthresh);
        Append(text, "cwnd lock", MaxWindow);
        Append(text, "initcwnd", InitialWindow);
        Append(text, "initrwnd", InitialReceiveWindow);
        Append(text, "quickack", QuickAck ? 1 : 0);
        text.Append(MinRto > Duration.Zero ? string.Create(CultureInfo.InvariantCulture, $" rto_min lock {MinRto.TotalMilliseconds}ms") : "");
        text.Append(CongestionControl is null ? "" : $" congctl {(IsCongestionControlLocked ? "lock " : "")}{CongestionControl}");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, int value)
    {
        if (value != 0)
        {
            text.Append(' ').Append(name).Append(' ').Append(value);
        }
    }
}
