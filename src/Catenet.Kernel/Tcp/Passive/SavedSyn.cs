namespace Catenet.Kernel.Tcp;

/// <summary>The headers of a SYN, kept for the user (<c>TCP_SAVE_SYN</c>).</summary>
internal static class SavedSyn
{
    /// <summary>IP header and TCP header with their options.</summary>
    public static byte[] Of(in Segment s)
    {
        if (s.Packet is not { NetworkOffset: >= 0 } packet || packet.NetworkOffset > packet.Offset)
        {
            return [];
        }

        return packet.From(packet.NetworkOffset)[..(packet.Offset - packet.NetworkOffset)].ToArray();
    }
}
