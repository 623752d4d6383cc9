using System.Globalization;
using System.Numerics;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Code;

/// <summary>Python's values: whole numbers of any size, floating ones, texts, lists.</summary>
internal static class CodeValues
{
    /// <summary>One or zero.</summary>
    public static object Truth(bool value) => value ? BigInteger.One : BigInteger.Zero;

    /// <summary>Whether a value counts as true.</summary>
    public static bool IsTrue(object value) => value switch
    {
        BigInteger integer => !integer.IsZero,
        double real => real != 0,
        string text => text.Length > 0,
        List<object> list => list.Count > 0,
        _ => true,
    };

    /// <summary>How print shows a value.</summary>
    public static string Text(object value) => value switch
    {
        double real => real.ToString("R", CultureInfo.InvariantCulture),
        List<object> list => $"({string.Join(", ", list.Select(Text))})",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    /// <summary>Whether a comparison holds.</summary>
    public static bool Compare(string comparator, object left, object right)
    {
        if (comparator is "in" or "not in")
        {
            bool found = right switch
            {
                List<object> list => list.Exists(item => Order(item, left) == 0),
                string text => text.Contains(Text(left), StringComparison.Ordinal),
                _ => throw new UnsupportedException($"Python: {comparator} with {Text(right)}"),
            };
            return found == (comparator == "in");
        }

        int? order = Order(left, right);
        return comparator switch
        {
            "==" => order == 0,
            "!=" or "<>" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    /// <summary>What two values and an operation come to.</summary>
    public static object Apply(string operation, object left, object right)
    {
        if (left is string format && operation == "%")
        {
            return Format(format, right as List<object> ?? [right]);
        }

        if (left is string a && right is string b && operation == "+")
        {
            return a + b;
        }

        try
        {
            return left is BigInteger x && right is BigInteger y ? Whole(operation, x, y) : Real(operation, ToReal(left), ToReal(right));
        }
        catch (DivideByZeroException)
        {
            throw new UnsupportedException("Python: a division by zero");
        }
    }

    /// <summary>What a function comes to; null if there is none of that name.</summary>
    public static object? Call(string name, List<object> arguments) => (name, arguments) switch
    {
        ("abs", [BigInteger value]) => BigInteger.Abs(value),
        ("abs", [double value]) => Math.Abs(value),
        ("int", [double value]) => new BigInteger(Math.Truncate(value)),
        ("int", [BigInteger value]) => value,
        ("float", [var value]) => ToReal(value),
        ("round", [double value]) => new BigInteger(Math.Round(value, MidpointRounding.ToEven)),
        ("round", [BigInteger value]) => value,
        ("str" or "repr", [var value]) => Text(value),
        ("hex", [BigInteger value]) => "0x" + value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0'),
        ("bool", [var value]) => Truth(IsTrue(value)),
        ("len", [string value]) => new BigInteger(value.Length),
        ("len", [List<object> value]) => new BigInteger(value.Count),
        ("min", { Count: > 0 }) => Items(arguments).Aggregate((x, y) => Order(y, x) < 0 ? y : x),
        ("max", { Count: > 0 }) => Items(arguments).Aggregate((x, y) => Order(y, x) > 0 ? y : x),
        _ => null,
    };

    private static List<object> Items(List<object> arguments) => arguments is [List<object> { Count: > 0 } list] ? list : arguments;

    private static int? Order(object left, object right) => (left, right) switch
    {
        (BigInteger x, BigInteger y) => x.CompareTo(y),
        (string x, string y) => string.CompareOrdinal(x, y),
        (BigInteger or double, BigInteger or double) => ToReal(left).CompareTo(ToReal(right)),
        _ => null,
    };

    private static double ToReal(object value) => value switch
    {
        BigInteger integer => (double)integer,
        double real => real,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) => real,
        _ => throw new UnsupportedException($"Python: the number {Text(value)}"),
    };

    private static object Whole(string operation, BigInteger x, BigInteger y) => operation switch
    {
        "+" => x + y,
        "-" => x - y,
        "*" => x * y,
        "/" => y.IsZero ? throw new DivideByZeroException() : (double)x / (double)y,
        "//" => Floor(x, y),
        "%" => x - Floor(x, y) * y,
        "**" when y >= 0 && y < 1000 => BigInteger.Pow(x, (int)y),
        "<<" when y >= 0 && y < 1000 => x << (int)y,
        ">>" when y >= 0 && y < 1000 => x >> (int)y,
        "&" => x & y,
        "|" => x | y,
        "^" => x ^ y,
        _ => throw new UnsupportedException($"Python: {x} {operation} {y}"),
    };

    private static BigInteger Floor(BigInteger x, BigInteger y)
    {
        var quotient = BigInteger.DivRem(x, y, out var rest);
        return rest.IsZero || rest.Sign == y.Sign ? quotient : quotient - 1;
    }

    private static object Real(string operation, double x, double y) => operation switch
    {
        "+" => x + y,
        "-" => x - y,
        "*" => x * y,
        "/" => y == 0 ? throw new DivideByZeroException() : x / y,
        "//" => Math.Floor(x / y),
        "%" => x - Math.Floor(x / y) * y,
        "**" => Math.Pow(x, y),
        _ => throw new UnsupportedException($"Python: {operation} of floating numbers"),
    };

    /// <summary>Texts with %d, %s, %x, %f and the like.</summary>
    private static string Format(string format, List<object> values)
    {
        var text = new System.Text.StringBuilder();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            i++;
            while (i < format.Length && (char.IsAsciiDigit(format[i]) || format[i] is '.' or '-' or '+' or 'l' or '#'))
            {
                i++;
            }

            text.Append(i >= format.Length || format[i] == '%' ? "%" : next < values.Count ? Text(values[next++]) : "");
        }

        return text.ToString();
    }
}
