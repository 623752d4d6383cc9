using System.Net.Sockets;
using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>The user's calls that take data (RFC 9293 3.10.3), and the options of receiving.</summary>
internal static class Reading
{
    /// <summary>RECEIVE.</summary>
    public static int Receive(TcpConnection c, Span<byte> destination, out SocketError error)
    {
        int copied = 0;
        while (copied < destination.Length && c.Available > 0 && MayGoOn(c, copied, destination.Length - copied, out int limit))
        {
            copied += c.Received!.Read(destination.Slice(copied, limit));
            c.Sizing.OnRead(c);
        }

        return End(c, copied, destination.Length, out error);
    }

    /// <summary>RECEIVE without a buffer.</summary>
    public static int Discard(TcpConnection c, int count, out SocketError error)
    {
        int gone = 0;
        while (gone < count && c.Available > 0 && MayGoOn(c, gone, count - gone, out int limit))
        {
            gone += c.Received!.Discard(limit);
            c.Sizing.OnRead(c);
        }

        return End(c, gone, count, out error);
    }

    /// <summary>RECEIVE that leaves what it reads.</summary>
    public static int Peek(TcpConnection c, Span<byte> destination, int offset)
    {
        int limit = UrgentReading.Limit(c, offset, destination.Length, out int skip);
        return c.Received?.Peek(destination[..limit], offset + skip) ?? 0;
    }

    /// <summary>SIOCINQ.</summary>
    public static int AvailableToMark(TcpConnection c)
    {
        if (c.Urgent is not { Receipt: not UrgentReceipt.None } urgent || c.Options.OutOfBandInline || urgent.At < c.ReadAt || urgent.At >= c.Rcv.Nxt)
        {
            return c.Available;
        }

        return urgent.At - c.ReadAt;
    }

    /// <summary>Ends the direction towards the user.</summary>
    public static SocketError Shutdown(TcpConnection c)
    {
        if (c.State is TcpState.Closed or TcpState.SynSent)
        {
            return SocketError.NotConnected;
        }

        c.Flags |= ConnectionFlags.ReadShut;
        c.Raise(PendingEvents.Readable);
        c.DeliverEvents();
        return SocketError.Success;
    }

    public static SocketError SetClamp(TcpConnection c, int clamp)
    {
        if (clamp == 0 && c.State != TcpState.Closed)
        {
            return SocketError.InvalidArgument;
        }

        c.Options = c.Options with { WindowClamp = clamp == 0 ? 0 : Math.Max(1152, clamp) };
        if (clamp != 0)
        {
            c.Space.SetClamp(clamp, c.Rcv.Wnd);
        }

        return SocketError.Success;
    }

    public static void SetLowWater(TcpConnection c, int octets)
    {
        ref var space = ref c.Space;
        octets = Math.Min(octets < 0 ? int.MaxValue : octets, (space.Locked ? space.Buffer : c.Layer.Settings.MaxReceiveBuffer) >> 1);
        c.Options = c.Options with { ReceiveLowWater = Math.Max(octets, 1) };
        int needed = space.ToSpace(octets);
        if (!space.Locked && needed > space.Buffer)
        {
            space.Buffer = needed;
            space.Clamp = space.Clamp > 0 ? Math.Max(space.Clamp, octets) : 0;
        }

        if (c.HasEnoughToRead)
        {
            c.Raise(PendingEvents.Readable);
            c.DeliverEvents();
        }
    }

    /// <summary>Reading stops before the urgent mark; at it the urgent octet is passed over, unless it is in line.</summary>
    private static bool MayGoOn(TcpConnection c, int taken, int wanted, out int limit)
    {
        limit = wanted;
        if (c.Urgent is null)
        {
            return true;
        }

        if (taken > 0 && UrgentReading.IsMark(c))
        {
            return false;
        }

        limit = UrgentReading.Limit(c, 0, wanted, out int skip);
        c.Received!.Discard(skip);
        UrgentReading.AfterRead(c);
        return c.Available > 0;
    }

    private static int End(TcpConnection c, int taken, int wanted, out SocketError error)
    {
        error = SocketError.Success;
        ReceiveQueue.Settle(c);
        UrgentReading.AfterRead(c);
        if (taken > 0)
        {
            c.Layer.Memory.Settle(c);
            Acknowledgment.AfterRead(c, taken);
        }
        else if (!c.IsPeerDone && wanted > 0)
        {
            error = c.Error != SocketError.Success ? c.Error
                : c.Has(ConnectionFlags.ReadShut) ? SocketError.Success
                : c.State is TcpState.Closed ? SocketError.NotConnected
                : SocketError.WouldBlock;
        }

        return taken;
    }
}
