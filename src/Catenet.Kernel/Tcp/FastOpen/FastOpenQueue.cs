using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>How many connections of a listener Fast Open has made whose peers have not proved themselves yet (RFC 7413 5.1).</summary>
/// <remarks>
/// A connection that a reset has ended before it was accepted counts for a minute more: whoever sends SYNs with the addresses of
/// others has them answered with resets, and comes to the limit that way.
/// </remarks>
internal sealed class FastOpenQueue(TcpListener listener, TcpLayer layer)
{
    private static readonly Duration Penalty = Duration.FromSeconds(60);

    private Queue<Instant>? _penalties;

    /// <summary>The most there may be.</summary>
    public int Most => Math.Min(listener.Options.FastOpenQueue, layer.Settings.SoMaxConn);

    /// <summary>How many there are.</summary>
    public int Length { get; private set; }

    /// <summary>Where every listener is to have Fast Open, one that has been given no limit of its own takes its backlog for it.</summary>
    public static void Open(TcpListener listener, TcpSettings settings)
    {
        const int EveryListener = FastOpenBits.Server | FastOpenBits.EveryListener;
        if (listener.Options.FastOpenQueue == 0 && (settings.FastOpen & EveryListener) == EveryListener)
        {
            listener.Options = listener.Options with { FastOpenQueue = listener.Backlog };
        }
    }

    /// <summary>Whether one more may be made; if the limit is reached, a penalty that is over makes room.</summary>
    public bool HasRoom()
    {
        int most = Most;
        if (most == 0)
        {
            return false;
        }

        if (Length < most)
        {
            return true;
        }

        if (_penalties is not { Count: > 0 } penalties || penalties.Peek() > layer.Host.Loop.Now)
        {
            layer.Counters.FastOpenOverflows++;
            return false;
        }

        penalties.Dequeue();
        Length--;
        return true;
    }

    public void Enter() => Length++;

    /// <summary>A connection's handshake is over, one way or the other.</summary>
    /// <param name="penalize">Whether a reset has ended it before it was accepted.</param>
    public void Leave(bool penalize)
    {
        if (penalize && !listener.IsClosed)
        {
            (_penalties ??= new()).Enqueue(layer.Host.Loop.Now + Penalty);
        }
        else
        {
            Length--;
        }
    }
}

/// <summary>The bits of <c>tcp_fastopen</c>.</summary>
internal static class FastOpenBits
{
    public const int Client = 1, Server = 2, ClientWithoutCookie = 4, ServerWithoutCookie = 0x200, EveryListener = 0x400;
}
