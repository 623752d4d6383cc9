using System.Globalization;
using System.Net;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Calls;

/// <summary>What expressions come to.</summary>
internal static class Values
{
    /// <summary>The number that an expression means.</summary>
    /// <exception cref="UnsupportedException">It has a name that is not known.</exception>
    public static long Number(Expression expression) => TryNumber(expression) ?? throw new UnsupportedException($"the value {expression}");

    /// <summary>The number that an expression means; null if it is none.</summary>
    public static long? TryNumber(Expression expression) => expression switch
    {
        IntegerExpression integer => integer.Value,
        SymbolExpression symbol => Symbols.Find(symbol.Name) ?? throw new UnsupportedException($"the symbol {symbol.Name}"),
        OrExpression or => or.Parts.Aggregate(0L, (sum, part) => sum | Number(part)),
        FunctionExpression { Name: "htons" or "ntohs" or "htonl" or "ntohl" } function => TryNumber(function.Argument),
        ListExpression { Items: [var only] } => TryNumber(only),
        _ => null,
    };

    /// <summary>Whether an expression says nothing.</summary>
    public static bool IsAny(Expression expression) => expression is EllipsisExpression or ListExpression { Items: [EllipsisExpression] };

    /// <summary>The address and port that a structure means; null if it is left open.</summary>
    /// <exception cref="UnsupportedException">It is no address of the Internet's families.</exception>
    public static SocketAddress? Address(Expression expression)
    {
        if (IsAny(expression) || expression is SymbolExpression { Name: "NULL" })
        {
            return null;
        }

        if (expression is not StructExpression structure)
        {
            throw new UnsupportedException($"the address {expression}");
        }

        long family = structure["sa_family"] is { } given ? Number(given) : Symbols.AF_INET;
        var port = structure["sin_port"] ?? structure["sin6_port"];
        var address = structure["sin_addr"] ?? structure["sin6_addr"];
        return new SocketAddress((int)family, port is null || IsAny(port) ? null : (ushort)Number(port), address is null || IsAny(address) ? null : Host(address));
    }

    /// <summary>A buffer of a length, with the octets that a text has, or zeros.</summary>
    public static byte[] Buffer(Expression expression, long length)
    {
        var buffer = new byte[Math.Clamp(length, 0, 1 << 26)];
        if (expression is TextExpression text)
        {
            for (int i = 0; i < Math.Min(buffer.Length, text.Value.Length); i++)
            {
                buffer[i] = (byte)text.Value[i];
            }
        }

        return buffer;
    }

    private static InetAddress Host(Expression expression)
    {
        if (expression is FunctionExpression { Name: "inet_addr" or "inet6_addr" or "inet_pton", Argument: TextExpression text } && IPAddress.TryParse(text.Value, out var address))
        {
            return InetAddress.From(address);
        }

        return expression is SymbolExpression { Name: "in6addr_any" } ? InetAddress.AnyIPv6
            : InetAddress.FromIPv4((uint)Number(expression));
    }

    /// <summary>A number as scripts have it, for messages.</summary>
    public static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A socket address as a script gives it.</summary>
/// <param name="Family">AF_INET, AF_INET6 or AF_UNSPEC.</param>
/// <param name="Port">The port; null: as usual.</param>
/// <param name="Address">The address; null: as usual.</param>
internal sealed record SocketAddress(int Family, ushort? Port, InetAddress? Address);
