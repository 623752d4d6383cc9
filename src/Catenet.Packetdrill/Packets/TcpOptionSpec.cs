using System.Buffers.Binary;
using System.Globalization;
using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Packets;

/// <summary>One option of a TCP header, of a script or of a packet that came.</summary>
/// <param name="Kind">Its kind (<see cref="TcpOptionKind"/>).</param>
public sealed record TcpOptionSpec(byte Kind)
{
    /// <summary>Accurate ECN's counters, ECT(0) first (RFC 9768 3.2.3).</summary>
    public const byte AccurateEcn0 = 172;

    /// <summary>Accurate ECN's counters, ECT(1) first.</summary>
    public const byte AccurateEcn1 = 174;

    /// <summary>The shared experimental kind (RFC 6994), which Fast Open once used.</summary>
    public const byte Experimental = 254;

    /// <summary>The segment size, shift or TSval.</summary>
    public uint Value { get; init; }

    /// <summary>TSecr.</summary>
    public uint Echo { get; init; }

    /// <summary>Blocks of a SACK option.</summary>
    public IReadOnlyList<SackBlock> Blocks { get; init; } = [];

    /// <summary>The octets of other options.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>The octets it takes in the header.</summary>
    public int Length => Kind switch
    {
        TcpOptionKind.EndOfList or TcpOptionKind.NoOperation => 1,
        TcpOptionKind.MaximumSegmentSize => 4,
        TcpOptionKind.WindowScale => 3,
        TcpOptionKind.SackPermitted => 2,
        TcpOptionKind.Timestamps => 10,
        TcpOptionKind.Sack => 2 + 8 * Blocks.Count,
        _ => 2 + Data.Length,
    };

    /// <summary>Takes an option from a packet.</summary>
    public static TcpOptionSpec From(TcpOption option)
    {
        var data = option.Data;
        return option.Kind switch
        {
            TcpOptionKind.MaximumSegmentSize when data.Length == 2 => new(option.Kind) { Value = BinaryPrimitives.ReadUInt16BigEndian(data) },
            TcpOptionKind.WindowScale when data.Length == 1 => new(option.Kind) { Value = data[0] },
            TcpOptionKind.Timestamps when data.Length == 8 => new(option.Kind)
            {
                Value = BinaryPrimitives.ReadUInt32BigEndian(data),
                Echo = BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
            },
            TcpOptionKind.Sack when data.Length % 8 == 0 => new(option.Kind) { Blocks = BlocksOf(data) },
            _ => new(option.Kind) { Data = data.ToArray() },
        };
    }

    /// <summary>Writes the option and returns its length.</summary>
    public int Write(Span<byte> room)
    {
        room[0] = Kind;
        if (Kind is TcpOptionKind.EndOfList or TcpOptionKind.NoOperation)
        {
            return 1;
        }

        room[1] = (byte)Length;
        var body = room[2..Length];
        switch (Kind)
        {
            case TcpOptionKind.MaximumSegmentSize:
                BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)Value);
                break;
            case TcpOptionKind.WindowScale:
                body[0] = (byte)Value;
                break;
            case TcpOptionKind.Timestamps:
                BinaryPrimitives.WriteUInt32BigEndian(body, Value);
                BinaryPrimitives.WriteUInt32BigEndian(body[4..], Echo);
                break;
            case TcpOptionKind.Sack:
                for (int i = 0; i < Blocks.Count; i++)
                {
                    BinaryPrimitives.WriteUInt32BigEndian(body[(8 * i)..], Blocks[i].Left.Value);
                    BinaryPrimitives.WriteUInt32BigEndian(body[(8 * i + 4)..], Blocks[i].Right.Value);
                }

                break;
            default:
                Data.CopyTo(body);
                break;
        }

        return Length;
    }

    /// <summary>As scripts have it.</summary>
    public override string ToString() => Kind switch
    {
        TcpOptionKind.NoOperation => "nop",
        TcpOptionKind.EndOfList => "eol",
        TcpOptionKind.MaximumSegmentSize => Text("mss", Value),
        TcpOptionKind.WindowScale => Text("wscale", Value),
        TcpOptionKind.SackPermitted => "sackOK",
        TcpOptionKind.Timestamps => Text("TS val", Value) + Text(" ecr", Echo),
        TcpOptionKind.Sack => "sack " + string.Join(' ', Blocks.Select(b => $"{b.Left}:{b.Right}")),
        TcpOptionKind.Md5Signature => "md5 " + Convert.ToHexStringLower(Data),
        TcpOptionKind.FastOpen => Data.Length == 0 ? "FO" : "FO " + Convert.ToHexStringLower(Data),
        Experimental when Data is [0xF9, 0x89, ..] => "FOEXP " + Convert.ToHexStringLower(Data.AsSpan(2)),
        AccurateEcn0 or AccurateEcn1 => "ECN " + Counters(),
        _ => Text("option", Kind) + " " + Convert.ToHexStringLower(Data),
    };

    private static string Text(string name, uint value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value}");

    private static List<SackBlock> BlocksOf(ReadOnlySpan<byte> data)
    {
        var blocks = new List<SackBlock>();
        for (int i = 0; i < data.Length; i += 8)
        {
            blocks.Add(new SackBlock(new SeqNumber(BinaryPrimitives.ReadUInt32BigEndian(data[i..])), new SeqNumber(BinaryPrimitives.ReadUInt32BigEndian(data[(i + 4)..]))));
        }

        return blocks;
    }

    private string Counters()
    {
        string[] names = Kind == AccurateEcn0 ? ["e0b", "ceb", "e1b"] : ["e1b", "ceb", "e0b"];
        return string.Join(' ', names.Take(Data.Length / 3).Select((name, i) =>
            Text(name, (uint)(Data[3 * i] << 16 | Data[3 * i + 1] << 8 | Data[3 * i + 2]))));
    }
}
