using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>Fast Open, the listener's side (RFC 7413 4.2.2): a SYN with a good cookie makes a connection at once, data and all.</summary>
internal static class FastOpenServer
{
    /// <summary>Decides on a SYN.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="request">The request made of the SYN.</param>
    /// <param name="s">The SYN; its packet is taken if its data is.</param>
    /// <param name="grant">The cookie that the SYN-ACK is to have, if any.</param>
    /// <returns>The connection; null if the handshake has to be gone through.</returns>
    public static TcpConnection? TryOpen(TcpListener listener, RequestRecord request, ref Segment s, out FastOpenCookie grant)
    {
        var layer = request.Layer;
        var offered = FastOpenCookie.Of(in s);
        grant = default;
        if (offered.IsRequest)
        {
            layer.Counters.FastOpenCookiesRequested++;
        }

        bool enabled = (layer.Settings.FastOpen & FastOpenBits.Server) != 0;
        if (!enabled || (s.Length == 0 && !offered.IsPresent) || !listener.FastOpen.HasRoom())
        {
            return null;
        }

        if ((layer.Settings.FastOpen & FastOpenBits.ServerWithoutCookie) != 0 || listener.Options.FastOpenNoCookie)
        {
            layer.Counters.FastOpenPassive++;
            return FastOpenChild.Create(listener, request, ref s);
        }

        if (offered.IsRequest)
        {
            grant = FastOpenKeys.Make(listener, request).As(offered.IsExperimental);
            return null;
        }

        if (!offered.HasValue)
        {
            return null;
        }

        int verdict = FastOpenKeys.Check(listener, request, offered, out var valid);
        grant = verdict == 1 ? default : valid.As(offered.IsExperimental);
        if (verdict == 0)
        {
            layer.Counters.FastOpenPassiveFailed++;
            return null;
        }

        layer.Counters.FastOpenPassive++;
        layer.Counters.FastOpenPassiveBackupKey += verdict == 2 ? 1 : 0;
        return FastOpenChild.Create(listener, request, ref s);
    }
}
