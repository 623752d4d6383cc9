using System.Buffers.Binary;

namespace Catenet.Wire.Internet.Ndp;

/// <summary>A router solicitation: which routers are there? (RFC 4861 4.1)</summary>
public readonly ref struct RouterSolicitationView
{
    /// <summary>The message's size in octets without options.</summary>
    public const int Size = 8;

    private readonly ReadOnlySpan<byte> _data;

    private RouterSolicitationView(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>Takes a message of this type and code 0 with well-formed options. Hop limit, checksum and addresses are the receiver's to check.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out RouterSolicitationView view)
    {
        view = new RouterSolicitationView(data);
        return data.Length >= Size && Octets.U16(data, 0) == IcmpV6Type.RouterSolicitation << 8 && NdpOptionEnumerator.AreWellFormed(data[Size..]);
    }

    /// <summary>The options' octets.</summary>
    public ReadOnlySpan<byte> OptionData => Octets.From(_data, Size);

    /// <summary>The options.</summary>
    public NdpOptionEnumerator Options => new(OptionData);

    /// <summary>Writes a message with checksum zero and returns its size; options come behind by <see cref="NdpOptionWriter"/>.</summary>
    public static int Write(Span<byte> message)
    {
        BinaryPrimitives.WriteUInt64BigEndian(message, (ulong)IcmpV6Type.RouterSolicitation << 56);
        return Size;
    }
}
