namespace Catenet.Wire.Link;

/// <summary>The tag control information of an 802.1Q tag (IEEE 802.1Q 9.6).</summary>
/// <param name="VlanId">0 to 4095; 0 means priority only, 4095 is reserved.</param>
/// <param name="Priority">The priority code point, 0 to 7.</param>
/// <param name="DropEligible">The drop eligible indicator.</param>
public readonly record struct VlanTag(ushort VlanId, byte Priority = 0, bool DropEligible = false)
{
    /// <summary>Reads the sixteen bits of the tag.</summary>
    public static VlanTag FromUInt16(ushort value) => new((ushort)(value & 0xFFF), (byte)(value >> 13), (value & 0x1000) != 0);

    /// <summary>The sixteen bits of the tag; parts beyond their ranges are cut.</summary>
    public ushort ToUInt16() => (ushort)((Priority & 7) << 13 | (DropEligible ? 0x1000 : 0) | (VlanId & 0xFFF));

    /// <inheritdoc/>
    public override int GetHashCode() => ToUInt16();
}
