using Catenet.Core;

namespace Catenet.Kernel.Netfilter;

/// <summary>The last hook of a packet that leaves the host or reaches a socket: its connection becomes one of the table.</summary>
internal sealed class ConfirmationHook(ConnectionTracker tracker) : NetfilterHook
{
    protected internal override Verdict Invoke(ref HookContext context)
    {
        if (context.Packet.Conntrack is not FlowDirection { IsReply: false, Connection: { IsConfirmed: false } connection } flow || flow.Tracker != tracker)
        {
            return Verdict.Accept;
        }

        if (connection.IsDead || tracker.Confirm(connection))
        {
            return Verdict.Accept;
        }

        // Two first packets of one flow were under way at once: the second joins the connection that the first has made.
        if (tracker.Find(connection.Original.Key) is { IsReply: false } first && first.Connection.Reply.Key.Equals(connection.Reply.Key))
        {
            context.Packet.Conntrack = first;
            return Verdict.Accept;
        }

        return context.Drop(DropReason.ConntrackFull, connection);
    }
}
