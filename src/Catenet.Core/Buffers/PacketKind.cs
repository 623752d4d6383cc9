namespace Catenet.Core;

/// <summary>To whom a frame was addressed at layer 2 (Linux's pkt_type).</summary>
public enum PacketKind : byte
{
    /// <summary>To this station.</summary>
    Host,

    /// <summary>To every station.</summary>
    Broadcast,

    /// <summary>To a group.</summary>
    Multicast,

    /// <summary>To another station: seen because the wire is shared or the port flooded.</summary>
    OtherHost,

    /// <summary>Made here.</summary>
    Outgoing,
}
