using System.Buffers.Binary;
using System.Text;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>struct tcp_md5sig as a script gives it: <c>{tcpm_addr=..., tcpm_key="secret"}</c>.</summary>
/// <param name="Family">The family of the address: AF_INET or AF_INET6.</param>
/// <param name="Peer">Whose segments are meant.</param>
/// <param name="Flags">tcpm_flags.</param>
/// <param name="PrefixLength">tcpm_prefixlen.</param>
/// <param name="InterfaceIndex">tcpm_ifindex.</param>
/// <param name="KeyLength">tcpm_keylen; the key's own unless the script says another.</param>
/// <param name="Key">tcpm_key.</param>
internal sealed record Md5Setting(int Family, InetAddress Peer, int Flags, int PrefixLength, int InterfaceIndex, int KeyLength, byte[] Key)
{
    public const int Option = 14, ExtendedOption = 32, Size = 216;
    public const int PrefixFlag = 1, InterfaceFlag = 2;

    /// <summary>Whether a call sets it.</summary>
    public static bool Is(int level, int name) => level == Symbols.SOL_TCP && name is Option or ExtendedOption;

    /// <summary>Reads the structure; an address that is left open is the peer's.</summary>
    public static Md5Setting From(StructExpression structure, Addressing addressing)
    {
        var address = structure["tcpm_addr"] is { } given ? Values.Address(given) : null;
        int family = address?.Family ?? (addressing.IsIPv6Socket ? Symbols.AF_INET6 : Symbols.AF_INET);
        byte[] key = structure["tcpm_key"] is TextExpression text ? Encoding.Latin1.GetBytes(text.Value) : [];
        return new Md5Setting(family, address?.Address ?? addressing.Remote, Field("tcpm_flags", 0), Field("tcpm_prefixlen", 0), Field("tcpm_ifindex", 0), Field("tcpm_keylen", key.Length), key);

        int Field(string name, int otherwise) => structure[name] is { } value && !Values.IsAny(value) ? (int)Values.Number(value) : otherwise;
    }

    /// <summary>The structure in memory.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)Family);
        if (Family == Symbols.AF_INET)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Peer.ToIPv4());
        }
        else
        {
            Peer.CopyTo16(bytes.AsSpan(8));
        }

        bytes[128] = (byte)Flags;
        bytes[129] = (byte)PrefixLength;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(130), (ushort)KeyLength);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(132), InterfaceIndex);
        Key.AsSpan(0, Math.Min(Key.Length, 80)).CopyTo(bytes.AsSpan(136));
        return bytes;
    }
}
