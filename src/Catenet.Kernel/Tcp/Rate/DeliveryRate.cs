namespace Catenet.Kernel.Tcp;

/// <summary>What the connection has delivered and how fast (draft-cheng-iccrg-delivery-rate-estimation).</summary>
internal struct DeliveryRate
{
    /// <summary>C.delivered: segments delivered since the connection began.</summary>
    public uint Delivered;

    /// <summary>Of those, how many the peer reports to have been marked CE.</summary>
    public uint DeliveredCe;

    /// <summary>C.lost: segments taken for lost since the connection began.</summary>
    public uint Lost;
}
