using System.Globalization;
using System.Text;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Dissection;

/// <summary>Segments as tcpdump puts them.</summary>
internal static class TcpText
{
    private static readonly (TcpFlags Flag, char Letter)[] s_letters =
    [
        (TcpFlags.Fin, 'F'), (TcpFlags.Syn, 'S'), (TcpFlags.Rst, 'R'), (TcpFlags.Psh, 'P'), (TcpFlags.Ack, '.'),
        (TcpFlags.Urg, 'U'), (TcpFlags.Ece, 'E'), (TcpFlags.Cwr, 'W'), (TcpFlags.Ae, 'e'),
    ];

    /// <summary>Flags, numbers, window, options and length.</summary>
    /// <param name="tcp">The segment.</param>
    /// <param name="sequence">The sequence number to show.</param>
    /// <param name="acknowledgment">The acknowledgment number to show.</param>
    /// <param name="length">The length of the data in octets.</param>
    public static string Describe(in TcpView tcp, uint sequence, uint acknowledgment, int length)
    {
        var text = new StringBuilder("Flags [");
        int before = text.Length;
        foreach (var (flag, letter) in s_letters)
        {
            if ((tcp.Flags & flag) != 0)
            {
                text.Append(letter);
            }
        }

        text.Append(text.Length == before ? "none]" : "]");
        var culture = CultureInfo.InvariantCulture;
        if (length > 0)
        {
            text.Append(culture, $", seq {sequence}:{unchecked(sequence + (uint)length)}");
        }
        else if ((tcp.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != 0)
        {
            text.Append(culture, $", seq {sequence}");
        }

        if ((tcp.Flags & TcpFlags.Ack) != 0)
        {
            text.Append(culture, $", ack {acknowledgment}");
        }

        text.Append(culture, $", win {tcp.Window}");
        if ((tcp.Flags & TcpFlags.Urg) != 0)
        {
            text.Append(culture, $", urg {tcp.UrgentPointer}");
        }

        AppendOptions(text, tcp.Options);
        return text.Append(culture, $", length {length}").ToString();
    }

    private static void AppendOptions(StringBuilder text, ReadOnlySpan<byte> options)
    {
        if (options.IsEmpty)
        {
            return;
        }

        text.Append(", options [");
        int before = text.Length;
        var walk = new TcpOptionEnumerator(options);
        while (walk.MoveNext())
        {
            text.Append(text.Length == before ? "" : ",").Append(Describe(walk.Current));
        }

        text.Append(walk.IsMalformed ? (text.Length == before ? "bad opt]" : ",bad opt]") : "]");
    }

    /// <summary>An option: <c>mss 1460</c>.</summary>
    public static string Describe(TcpOption option)
    {
        var data = option.Data;
        string name = TcpOptionKind.Name(option.Kind) ?? string.Create(CultureInfo.InvariantCulture, $"unknown-{option.Kind}");
        switch (option.Kind)
        {
            case TcpOptionKind.MaximumSegmentSize when data.Length == 2:
                return string.Create(CultureInfo.InvariantCulture, $"{name} {Octets.U16(data, 0)}");
            case TcpOptionKind.WindowScale when data.Length == 1:
                return string.Create(CultureInfo.InvariantCulture, $"{name} {data[0]}");
            case TcpOptionKind.Timestamps when data.Length == 8:
                return string.Create(CultureInfo.InvariantCulture, $"{name} val {Octets.U32(data, 0)} ecr {Octets.U32(data, 4)}");
            case TcpOptionKind.Sack when data.Length % 8 == 0 && !data.IsEmpty:
                var text = new StringBuilder(name).Append(CultureInfo.InvariantCulture, $" {data.Length / 8} ");
                for (int i = 0; i < data.Length; i += 8)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{{{Octets.U32(data, i)}:{Octets.U32(data, i + 4)}}}");
                }

                return text.ToString();
            case TcpOptionKind.FastOpen:
                return data.IsEmpty ? name + " cookiereq" : name + " cookie " + Convert.ToHexStringLower(data);
            case TcpOptionKind.Md5Signature:
                return name + " " + Convert.ToHexStringLower(data);
            case TcpOptionKind.Authentication when data.Length > 2:
                return string.Create(CultureInfo.InvariantCulture, $"{name} keyid {data[0]} rnextkeyid {data[1]} mac 0x{Convert.ToHexStringLower(data[2..])}");
            default:
                return data.IsEmpty ? name : name + " 0x" + Convert.ToHexStringLower(data);
        }
    }
}
