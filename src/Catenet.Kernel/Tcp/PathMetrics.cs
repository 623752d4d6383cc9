using Catenet.Core;
using Catenet.Kernel.Ip;
using Catenet.Kernel.Routing;

namespace Catenet.Kernel.Tcp;

/// <summary>What the route says about a connection (Linux's dst metrics), in place of the host's settings.</summary>
internal static class PathMetrics
{
    /// <summary>The congestion control that the route demands; null: none.</summary>
    public static string? CongestionControl(TcpConnection c) => Of(c)?.CongestionControl;

    /// <summary>Whether the user may choose another.</summary>
    public static bool IsCongestionControlLocked(TcpConnection c) => Of(c) is { CongestionControl: not null, IsCongestionControlLocked: true };

    /// <summary>The initial window in segments (RFC 6928).</summary>
    public static int InitialWindow(TcpConnection c) =>
        Of(c) is { InitialWindow: > 0 } metrics ? Math.Min(metrics.InitialWindow, c.Window.Clamp) : c.Layer.Settings.InitialWindow;

    /// <summary>How far the timeout lies above the smoothed round-trip time at least (RFC 6298 2.4).</summary>
    public static Duration MinRto(TcpConnection c) =>
        Of(c) is { } metrics && metrics.MinRto > Duration.Zero ? metrics.MinRto
        : c.Options.MinRto > Duration.Zero ? c.Options.MinRto : c.Layer.Settings.MinRto;

    /// <summary>The receive window to announce at first, by <c>initrwnd</c>.</summary>
    /// <param name="route">The route.</param>
    /// <param name="window">What the buffer allows, in octets.</param>
    /// <param name="segment">Octets of a segment.</param>
    public static int BoundWindow(Destination? route, int window, int segment) =>
        route?.Route.Metrics is { InitialReceiveWindow: > 0 } metrics ? (int)Math.Min(window, (long)metrics.InitialReceiveWindow * segment) : window;

    /// <summary>The handshake is complete: from here on the window counts.</summary>
    public static void Begin(TcpConnection c)
    {
        if (Of(c) is not { } metrics)
        {
            return;
        }

        c.Acks.AlwaysQuick = metrics.QuickAck;
        if (metrics.MaxWindow > 0)
        {
            c.Window.Clamp = metrics.MaxWindow;
        }

        if (c.Window.Cwnd > 1) // one: the SYN had to be repeated
        {
            c.Window.Cwnd = InitialWindow(c);
        }

        c.Window.Cwnd = Math.Min(c.Window.Cwnd, c.Window.Clamp);
        if (metrics.Ssthresh > 0 && !c.Layer.Settings.NoSsthreshMetricsSave)
        {
            c.Window.Ssthresh = Math.Min(metrics.Ssthresh, c.Window.Clamp);
        }

        if (metrics.CongestionControl is { } name && name != c.Algorithm.Name)
        {
            c.Algorithm = c.Layer.CreateCongestionControl(name);
        }
    }

    private static RouteMetrics? Of(TcpConnection c) => c.Route?.Route.Metrics;
}
