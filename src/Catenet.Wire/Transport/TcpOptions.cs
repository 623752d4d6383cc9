using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Catenet.Wire.Transport;

/// <summary>Which options a <see cref="TcpOptions"/> holds.</summary>
[Flags]
public enum TcpOptionSet : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Maximum segment size.</summary>
    MaximumSegmentSize = 1,

    /// <summary>Window scale.</summary>
    WindowScale = 2,

    /// <summary>SACK permitted.</summary>
    SackPermitted = 4,

    /// <summary>At least one SACK block.</summary>
    Sack = 8,

    /// <summary>Timestamps.</summary>
    Timestamps = 16,

    /// <summary>Fast Open, an empty cookie (a request for one) included.</summary>
    FastOpen = 32,

    /// <summary>User timeout.</summary>
    UserTimeout = 64,

    /// <summary>MD5 signature.</summary>
    Md5Signature = 128,

    /// <summary>TCP authentication option.</summary>
    Authentication = 256,

    /// <summary>A kind not known here (Multipath TCP among them).</summary>
    Unknown = 512,

    /// <summary>Accurate ECN's counters, in either order.</summary>
    AccurateEcn = 1024,

    /// <summary>Fast Open came in the kind for experiments, as before RFC 7413; <see cref="FastOpen"/> is set too.</summary>
    FastOpenExperimental = 4096,
    /// <summary>A signature or authentication option of a wrong length, or a second one: no segment has that.</summary>
    InvalidSignature = 1 << 15,
}

/// <summary>A range of octets that arrived out of order (RFC 2018 3).</summary>
/// <param name="Left">The first octet.</param>
/// <param name="Right">The octet after the last.</param>
public readonly record struct SackBlock(SeqNumber Left, SeqNumber Right);

/// <summary>Room for the at most four SACK blocks of a header.</summary>
[InlineArray(4)]
public struct SackBlocks
{
    private SackBlock _first;
}

/// <summary>The options of one TCP header, parsed without allocation.</summary>
/// <remarks>An option of a wrong length is passed over as unknown. When an option comes twice the last one counts.</remarks>
public struct TcpOptions
{
    /// <summary>The largest shift of a window scale; larger ones are taken as this (RFC 7323 2.3).</summary>
    public const byte MaxWindowScale = 14;

    private SackBlocks _sack;

    /// <summary>Which options were there; fields of the others are zero.</summary>
    public TcpOptionSet Present { get; private set; }

    /// <summary>The maximum segment size in octets.</summary>
    public ushort MaximumSegmentSize { get; private set; }

    /// <summary>The shift of the window scale, 0 to 14.</summary>
    public byte WindowScale { get; private set; }

    /// <summary>How many SACK blocks there are, 0 to 4.</summary>
    public byte SackCount { get; private set; }

    /// <summary>TSval: the sender's clock.</summary>
    public uint TimestampValue { get; private set; }

    /// <summary>TSecr: the receiver's clock echoed.</summary>
    public uint TimestampEcho { get; private set; }

    /// <summary>The user timeout as it stands: the top bit tells minutes from seconds (RFC 5482 3.1).</summary>
    public ushort UserTimeout { get; private set; }

    /// <summary>Where the Fast Open cookie begins in the options.</summary>
    public byte FastOpenOffset { get; private set; }

    /// <summary>The Fast Open cookie's length in octets: 0 (a request) or 4 to 16.</summary>
    public byte FastOpenLength { get; private set; }

    /// <summary>Where the body of the MD5 signature or of the authentication option begins in the options.</summary>
    public byte SignatureOffset { get; private set; }

    /// <summary>The length of that body in octets.</summary>
    public byte SignatureLength { get; private set; }

    /// <summary>Where the body of Accurate ECN's option begins in the options; its kind stands two octets before.</summary>
    public byte AccurateEcnOffset { get; private set; }

    /// <summary>The length of that body in octets: three for each counter.</summary>
    public byte AccurateEcnLength { get; private set; }

    /// <summary>Whether an option is there.</summary>
    public readonly bool Has(TcpOptionSet option) => (Present & option) != 0;

    /// <summary>Whether there are timestamps.</summary>
    public readonly bool HasTimestamps => (Present & TcpOptionSet.Timestamps) != 0;

    /// <summary>The SACK blocks in the order of the header (the first is the latest arrival).</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<SackBlock> Sack => ((ReadOnlySpan<SackBlock>)_sack)[..SackCount];

    /// <summary>Reads the options of a header.</summary>
    /// <returns>False if an option's length is below 2 or beyond the header; what came before it is kept (RFC 9293 3.2, MUST-7).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> options, out TcpOptions parsed)
    {
        // Nearly every segment of a connection carries nothing, or nop, nop, timestamps and no more (RFC 7323 appendix A).
        if (options.Length == 12 && Octets.U32(options, 0) == 0x0101_080A)
        {
            parsed = default;
            parsed.Present = TcpOptionSet.Timestamps;
            parsed.TimestampValue = Octets.U32(options, 4);
            parsed.TimestampEcho = Octets.U32(options, 8);
            return true;
        }

        if (options.IsEmpty)
        {
            parsed = default;
            return true;
        }

        return TryParseAll(options, out parsed);
    }

    private static bool TryParseAll(ReadOnlySpan<byte> options, out TcpOptions parsed)
    {
        parsed = default;
        var walk = new TcpOptionEnumerator(options);
        while (walk.MoveNext())
        {
            parsed.Take(walk.Current.Kind, walk.Current.Data, walk.Offset + 2);
        }

        return !walk.IsMalformed;
    }

    private void Take(byte kind, ReadOnlySpan<byte> data, int offset)
    {
        switch (kind)
        {
            case TcpOptionKind.EndOfList or TcpOptionKind.NoOperation:
                return;
            case TcpOptionKind.MaximumSegmentSize when data.Length == 2:
                MaximumSegmentSize = Octets.U16(data, 0);
                Present |= TcpOptionSet.MaximumSegmentSize;
                return;
            case TcpOptionKind.WindowScale when data.Length == 1:
                WindowScale = Math.Min(data[0], MaxWindowScale);
                Present |= TcpOptionSet.WindowScale;
                return;
            case TcpOptionKind.SackPermitted when data.IsEmpty:
                Present |= TcpOptionSet.SackPermitted;
                return;
            case TcpOptionKind.Sack when data.Length is 8 or 16 or 24 or 32:
                TakeSack(data);
                return;
            case TcpOptionKind.Timestamps when data.Length == 8:
                TimestampValue = Octets.U32(data, 0);
                TimestampEcho = Octets.U32(data, 4);
                Present |= TcpOptionSet.Timestamps;
                return;
            case TcpOptionKind.FastOpen when data.Length is 0 or (>= 4 and <= 16):
                FastOpenOffset = (byte)offset;
                FastOpenLength = (byte)data.Length;
                Present |= TcpOptionSet.FastOpen;
                return;
            case TcpOptionKind.Experimental when data.Length is 2 or (>= 6 and <= 18) && Octets.U16(data, 0) == TcpOptionKind.FastOpenMagic:
                FastOpenOffset = (byte)(offset + 2);
                FastOpenLength = (byte)(data.Length - 2);
                Present |= TcpOptionSet.FastOpen | TcpOptionSet.FastOpenExperimental;
                return;
            case TcpOptionKind.UserTimeout when data.Length == 2:
                UserTimeout = Octets.U16(data, 0);
                Present |= TcpOptionSet.UserTimeout;
                return;
            case TcpOptionKind.Md5Signature:
                TakeSignature(TcpOptionSet.Md5Signature, data.Length == 16, data.Length, offset);
                return;
            case TcpOptionKind.Authentication:
                TakeSignature(TcpOptionSet.Authentication, data.Length > 2, data.Length, offset);
                return;
            case TcpOptionKind.AccurateEcn0 or TcpOptionKind.AccurateEcn1:
                AccurateEcnOffset = (byte)offset;
                AccurateEcnLength = (byte)data.Length;
                Present |= TcpOptionSet.AccurateEcn;
                return;
            default:
                Present |= TcpOptionSet.Unknown;
                return;
        }
    }

    private void TakeSack(ReadOnlySpan<byte> data)
    {
        SackCount = (byte)(data.Length / 8);
        for (int i = 0; i < SackCount; i++)
        {
            _sack[i] = new SackBlock(new SeqNumber(Octets.U32(data, i * 8)), new SeqNumber(Octets.U32(data, i * 8 + 4)));
        }

        Present |= TcpOptionSet.Sack;
    }

    private void TakeSignature(TcpOptionSet which, bool isValid, int length, int offset)
    {
        if (!isValid || Has(TcpOptionSet.Md5Signature | TcpOptionSet.Authentication))
        {
            Present |= TcpOptionSet.InvalidSignature;
            return;
        }

        SignatureOffset = (byte)offset;
        SignatureLength = (byte)length;
        Present |= which;
    }
}
