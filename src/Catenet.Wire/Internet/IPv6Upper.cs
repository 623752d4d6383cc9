namespace Catenet.Wire.Internet;

/// <summary>How a walk over IPv6 extension headers ended.</summary>
public enum IPv6WalkResult : byte
{
    /// <summary>At an upper-layer protocol, at no-next-header, or at the payload of a fragment that is not the first.</summary>
    Done,

    /// <summary>An extension header does not fit into the packet.</summary>
    Truncated,

    /// <summary>Hop-by-hop options stand elsewhere than first (RFC 8200 4.1): a parameter problem of code 1 at <see cref="IPv6Upper.NextHeaderOffset"/>.</summary>
    MisplacedHopByHop,

    /// <summary>More than <see cref="IPv6Upper.MaxHeaders"/> extension headers (RFC 8504 5.3 allows a limit).</summary>
    TooMany,
}

/// <summary>What lies behind the extension headers of an IPv6 packet: the upper-layer protocol, where it begins, and what was passed on the way.</summary>
/// <remarks>All offsets count octets from the start of the IPv6 header; zero means there is none.</remarks>
public struct IPv6Upper
{
    /// <summary>The most extension headers that are walked.</summary>
    public const int MaxHeaders = 8;

    /// <summary>How the walk ended; unless <see cref="IPv6WalkResult.Done"/> the rest tells how far it came.</summary>
    public IPv6WalkResult Result { get; private set; }

    /// <summary>The protocol the walk ended at: an upper layer, no-next-header, or the header that is in error.</summary>
    public byte Protocol { get; private set; }

    /// <summary>Where that protocol begins.</summary>
    public ushort Offset { get; private set; }

    /// <summary>Where the Next Header field that named it stands: the pointer of a parameter problem of code 1 (RFC 4443 3.4).</summary>
    public ushort NextHeaderOffset { get; private set; }

    /// <summary>How many extension headers were passed.</summary>
    public byte Count { get; private set; }

    /// <summary>Where the hop-by-hop options begin (40, or zero).</summary>
    public ushort HopByHopOffset { get; private set; }

    /// <summary>Where the last routing header begins.</summary>
    public ushort RoutingOffset { get; private set; }

    /// <summary>Where the last destination options begin.</summary>
    public ushort DestinationOptionsOffset { get; private set; }

    /// <summary>Where the fragment header begins.</summary>
    public ushort FragmentHeaderOffset { get; private set; }

    /// <summary>Where the Next Header field that named the fragment header stands; reassembly overwrites it (RFC 8200 4.5).</summary>
    public ushort FragmentNextHeaderOffset { get; private set; }

    /// <summary>Where the Next Header field that named an authentication header stands.</summary>
    public ushort AuthenticationNextHeaderOffset { get; private set; }

    /// <summary>The fragment's identification.</summary>
    public uint FragmentId { get; private set; }

    /// <summary>Where the fragment's payload belongs in the fragmentable part, in octets.</summary>
    public ushort FragmentOffset { get; private set; }

    /// <summary>Whether this is not the last fragment.</summary>
    public bool MoreFragments { get; private set; }

    /// <summary>Whether there is a fragment header.</summary>
    public readonly bool IsFragment => FragmentHeaderOffset != 0;

    /// <summary>Whether the fragment header holds the whole packet (RFC 6946).</summary>
    public readonly bool IsAtomicFragment => IsFragment && FragmentOffset == 0 && !MoreFragments;

    /// <summary>Whether what begins at <see cref="Offset"/> is the middle of a payload, of which <see cref="Protocol"/> only names the start.</summary>
    public readonly bool IsLaterFragment => FragmentOffset != 0;

    /// <summary>Walks the extension headers of a packet.</summary>
    /// <param name="packet">The packet or the part at hand, from the IPv6 header on.</param>
    /// <param name="upper">What was found.</param>
    /// <returns>Whether the walk came to an end in good order.</returns>
    public static bool TryWalk(ReadOnlySpan<byte> packet, out IPv6Upper upper)
    {
        upper = default;
        if (packet.Length < IPv6View.Size)
        {
            upper.Result = IPv6WalkResult.Truncated;
            return false;
        }

        upper.Protocol = Octets.U8(packet, 6);
        upper.Offset = IPv6View.Size;
        upper.NextHeaderOffset = 6;
        // Almost no packet has extension headers: do not enter the loop for the usual two.
        if (upper.Protocol is IpProtocol.Tcp or IpProtocol.Udp)
        {
            return true;
        }

        upper.Result = upper.Walk(packet);
        return upper.Result == IPv6WalkResult.Done;
    }

    private IPv6WalkResult Walk(ReadOnlySpan<byte> packet)
    {
        while (IsExtension(Protocol) && !IsLaterFragment)
        {
            if (Count == MaxHeaders)
            {
                return IPv6WalkResult.TooMany;
            }

            if (Offset + 8 > packet.Length)
            {
                return IPv6WalkResult.Truncated;
            }

            if (Protocol == IpProtocol.HopByHop && Count != 0)
            {
                return IPv6WalkResult.MisplacedHopByHop;
            }

            int length = Protocol switch
            {
                IpProtocol.Fragment => 8,
                IpProtocol.Authentication => (packet[Offset + 1] + 2) * 4,
                _ => (packet[Offset + 1] + 1) * 8,
            };
            if (Offset + length > packet.Length)
            {
                return IPv6WalkResult.Truncated;
            }

            Note(packet);
            Count++;
            Protocol = packet[Offset];
            NextHeaderOffset = Offset;
            Offset = (ushort)(Offset + length);
        }

        return IPv6WalkResult.Done;
    }

    private void Note(ReadOnlySpan<byte> packet)
    {
        switch (Protocol)
        {
            case IpProtocol.HopByHop:
                HopByHopOffset = Offset;
                break;
            case IpProtocol.Routing:
                RoutingOffset = Offset;
                break;
            case IpProtocol.Authentication:
                AuthenticationNextHeaderOffset = NextHeaderOffset;
                break;
            case IpProtocol.DestinationOptions:
                DestinationOptionsOffset = Offset;
                break;
            case IpProtocol.Fragment:
                FragmentHeaderOffset = Offset;
                FragmentNextHeaderOffset = NextHeaderOffset;
                FragmentOffset = (ushort)(Octets.U16(packet, Offset + 2) & 0xFFF8);
                MoreFragments = (packet[Offset + 3] & 1) != 0;
                FragmentId = Octets.U32(packet, Offset + 4);
                break;
        }
    }

    private static bool IsExtension(byte protocol) => protocol is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment
        or IpProtocol.DestinationOptions or IpProtocol.Authentication;
}
