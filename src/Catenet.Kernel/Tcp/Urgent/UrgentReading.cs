using System.Net.Sockets;

namespace Catenet.Kernel.Tcp;

/// <summary>Reading around the urgent mark, and reading the urgent octet out of band (MSG_OOB), with Linux's answers.</summary>
internal static class UrgentReading
{
    /// <summary>How many octets can be read in one go from a place on: reading stops at the mark, and the octet at it is not part of the stream.</summary>
    /// <param name="c">The connection.</param>
    /// <param name="offset">How many octets after the next to be read the place is.</param>
    /// <param name="wanted">How many are wanted.</param>
    /// <param name="skip">One if the octet at the place is the urgent one and to be passed over.</param>
    public static int Limit(TcpConnection c, int offset, int wanted, out int skip)
    {
        skip = 0;
        if (c.Urgent is not { Receipt: not UrgentReceipt.None } urgent)
        {
            return wanted;
        }

        int ahead = urgent.At - (c.ReadAt + offset);
        if (ahead == 0 && !c.Options.OutOfBandInline && offset < c.Available)
        {
            skip = 1;
        }

        return ahead > 0 ? Math.Min(wanted, ahead) : wanted;
    }

    /// <summary>Whether the place is the mark.</summary>
    public static bool IsMark(TcpConnection c, int offset = 0) =>
        c.Urgent is { Receipt: not UrgentReceipt.None } urgent && urgent.At == c.ReadAt + offset;

    /// <summary>Once the reader has passed the mark it is forgotten.</summary>
    public static void AfterRead(TcpConnection c)
    {
        if (c.Urgent is { Receipt: not UrgentReceipt.None } urgent && urgent.At < c.ReadAt)
        {
            urgent.Receipt = UrgentReceipt.None;
        }
    }

    /// <summary>Reads the urgent octet; never waits.</summary>
    public static int Take(TcpConnection c, Span<byte> destination, bool peek, out SocketError error)
    {
        error = SocketError.Success;
        var urgent = c.Urgent;
        if (c.Options.OutOfBandInline || urgent is null || urgent.Receipt is UrgentReceipt.None or UrgentReceipt.Taken)
        {
            error = SocketError.InvalidArgument;
            return 0;
        }

        if (c.State == TcpState.Closed && !c.IsPeerDone)
        {
            error = SocketError.NotConnected;
            return 0;
        }

        if (urgent.Receipt == UrgentReceipt.Awaited)
        {
            error = c.State == TcpState.Closed || c.IsReadShut ? SocketError.Success : SocketError.WouldBlock;
            return 0;
        }

        if (!peek)
        {
            urgent.Receipt = UrgentReceipt.Taken;
        }

        if (destination.IsEmpty)
        {
            return 0;
        }

        destination[0] = urgent.Octet;
        return 1;
    }
}
