namespace Catenet.Kernel.Ip;

/// <summary>What the fragments of one packet share (RFC 791 3.2, RFC 8200 4.5); link-local ones by device as well.</summary>
internal readonly record struct FragmentKey(InetAddress Source, InetAddress Destination, uint Id, byte Protocol, int Device)
{
    public override int GetHashCode() => (int)StableHash.Mix((ulong)(uint)Source.GetHashCode() << 32 | (uint)Destination.GetHashCode() ^ (ulong)Id * 0x9E37_79B9);
}
