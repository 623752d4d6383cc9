using System.Buffers.Binary;

namespace Catenet.Wire.Link;

/// <summary>What follows a tag's EtherType: the tag and the EtherType of what it wraps (IEEE 802.1Q 9.4). Tags stack.</summary>
public readonly ref struct VlanView
{
    /// <summary>The size in octets of tag and inner EtherType.</summary>
    public const int Size = 4;

    private readonly ReadOnlySpan<byte> _data;

    private VlanView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes the payload of a frame (or outer tag) whose EtherType announced a tag.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out VlanView view)
    {
        view = new VlanView(data);
        return data.Length >= Size;
    }

    /// <summary>The tag.</summary>
    public VlanTag Tag => VlanTag.FromUInt16(Octets.U16(_data, 0));

    /// <summary>The EtherType of what follows; another tag's in a stack.</summary>
    public ushort EtherType => Octets.U16(_data, 2);

    /// <summary>What follows the tag.</summary>
    public ReadOnlySpan<byte> Payload => Octets.From(_data, Size);

    /// <summary>Puts a tag into a frame for which four octets of room were made in front: the addresses move forward over them.</summary>
    /// <param name="frame">Four octets of room, then the untagged (or less tagged) frame.</param>
    /// <param name="protocol"><see cref="EtherType.Vlan"/> or <see cref="EtherType.ServiceVlan"/>.</param>
    /// <param name="tag">The tag.</param>
    public static void Insert(Span<byte> frame, ushort protocol, VlanTag tag)
    {
        frame[4..16].CopyTo(frame);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], protocol);
        BinaryPrimitives.WriteUInt16BigEndian(frame[14..], tag.ToUInt16());
    }

    /// <summary>Takes the outermost tag out of a tagged frame; the frame then begins at octet four.</summary>
    public static void Remove(Span<byte> frame) => frame[..12].CopyTo(frame[4..]);

    /// <summary>Replaces the tag at the start of <paramref name="tagged"/> (what follows the tag's EtherType) in place.</summary>
    public static void SetTag(Span<byte> tagged, VlanTag tag) => BinaryPrimitives.WriteUInt16BigEndian(tagged, tag.ToUInt16());
}
