using System.Numerics;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Code;

/// <summary>Reads Python's expressions and tells what they come to.</summary>
/// <param name="reader">Where they stand.</param>
/// <param name="find">What a name stands for.</param>
internal sealed class CodeExpressions(CodeReader reader, Func<string, object> find)
{
    private static readonly string[][] Levels = [["|"], ["^"], ["&"], ["<<", ">>"], ["+", "-"], ["*", "/", "//", "%"]];
    private static readonly object Nothing = BigInteger.Zero;

    /// <summary>Whether names are looked up; otherwise the text is only passed over.</summary>
    public bool IsRunning { get; set; } = true;

    /// <summary>The names that were looked up, for messages.</summary>
    public SortedDictionary<string, object> Seen { get; } = new(StringComparer.Ordinal);

    /// <summary>Expressions between commas.</summary>
    public List<object> Sequence()
    {
        var values = new List<object> { Parse() };
        while (reader.TakeOperator(","))
        {
            values.Add(Parse());
        }

        return values;
    }

    /// <summary>One expression.</summary>
    public object Parse()
    {
        bool running = IsRunning;
        object value = Or();
        if (!reader.TakeName("if"))
        {
            return value;
        }

        bool holds = CodeValues.IsTrue(Or());
        if (!reader.TakeName("else"))
        {
            throw Unknown();
        }

        IsRunning = running && !holds;
        object other = Parse();
        IsRunning = running;
        return holds ? value : other;
    }

    /// <summary>A sign that must be next.</summary>
    public void Expect(string sign)
    {
        if (!reader.TakeOperator(sign))
        {
            throw Unknown();
        }
    }

    private object Or()
    {
        bool running = IsRunning;
        object value = And();
        while (reader.TakeName("or"))
        {
            IsRunning = running && !CodeValues.IsTrue(value);
            object other = And();
            value = CodeValues.IsTrue(value) ? value : other;
        }

        IsRunning = running;
        return value;
    }

    private object And()
    {
        bool running = IsRunning;
        object value = Not();
        while (reader.TakeName("and"))
        {
            IsRunning = running && CodeValues.IsTrue(value);
            object other = Not();
            value = CodeValues.IsTrue(value) ? other : value;
        }

        IsRunning = running;
        return value;
    }

    private object Not() => reader.TakeName("not") ? CodeValues.Truth(!CodeValues.IsTrue(Not())) : Comparison();

    /// <summary>Comparisons may be chained: <c>10 &lt;= x &lt; 20</c>.</summary>
    private object Comparison()
    {
        object left = Binary(0);
        object? result = null;
        while (Comparator() is { } comparator)
        {
            object right = Binary(0);
            bool holds = !IsRunning || CodeValues.Compare(comparator, left, right);
            result = CodeValues.Truth(holds && (result is null || CodeValues.IsTrue(result)));
            left = right;
        }

        return result ?? left;
    }

    private string? Comparator()
    {
        foreach (string sign in (string[])["==", "!=", "<>", "<=", ">=", "<", ">"])
        {
            if (reader.TakeOperator(sign))
            {
                return sign;
            }
        }

        if (reader.TakeName("in"))
        {
            return "in";
        }

        if (reader.Current.Text == "not" && reader.Next.Text == "in")
        {
            reader.TakeName("not");
            reader.TakeName("in");
            return "not in";
        }

        return reader.TakeName("is") ? reader.TakeName("not") ? "!=" : "==" : null;
    }

    private object Binary(int level)
    {
        if (level == Levels.Length)
        {
            return Unary();
        }

        object left = Binary(level + 1);
        while (reader.Current.Kind == CodeTokenKind.Operator && Levels[level].Contains(reader.Current.Text))
        {
            string operation = reader.Current.Text;
            reader.TakeOperator(operation);
            object right = Binary(level + 1);
            left = IsRunning ? CodeValues.Apply(operation, left, right) : Nothing;
        }

        return left;
    }

    private object Unary()
    {
        foreach (string sign in (string[])["-", "+", "~"])
        {
            if (reader.TakeOperator(sign))
            {
                object value = Unary();
                return !IsRunning ? Nothing : sign switch
                {
                    "-" => CodeValues.Apply("-", BigInteger.Zero, value),
                    "~" => CodeValues.Apply("-", BigInteger.MinusOne, value),
                    _ => value,
                };
            }
        }

        object primary = Primary();
        return reader.TakeOperator("**") && Unary() is var exponent ? IsRunning ? CodeValues.Apply("**", primary, exponent) : Nothing : primary;
    }

    private object Primary()
    {
        var token = reader.Current;
        switch (token.Kind)
        {
            case CodeTokenKind.Number:
                reader.Take(CodeTokenKind.Number);
                return token.Value!;
            case CodeTokenKind.Text:
                string text = "";
                while (reader.Current.Kind == CodeTokenKind.Text)
                {
                    text += reader.Current.Text;
                    reader.Take(CodeTokenKind.Text);
                }

                return text;
            case CodeTokenKind.Operator when reader.TakeOperator("(") || reader.TakeOperator("["):
                return Group(token.Text == "(" ? ")" : "]");
            case CodeTokenKind.Name:
                reader.Take(CodeTokenKind.Name);
                return reader.TakeOperator("(") ? Call(token.Text) : Name(token.Text);
            default:
                throw Unknown();
        }
    }

    private object Group(string closing)
    {
        if (reader.TakeOperator(closing))
        {
            return new List<object>();
        }

        object first = Parse();
        if (closing == ")" && reader.Current.Text != ",")
        {
            Expect(closing);
            return first;
        }

        var items = new List<object> { first };
        while (reader.TakeOperator(",") && reader.Current.Text != closing)
        {
            items.Add(Parse());
        }

        Expect(closing);
        return items;
    }

    private object Call(string name)
    {
        var arguments = reader.TakeOperator(")") ? [] : Sequence();
        if (reader.Current.Text == ")")
        {
            reader.TakeOperator(")");
        }

        return IsRunning ? CodeValues.Call(name, arguments) ?? throw new UnsupportedException($"Python: the function {name}") : Nothing;
    }

    private object Name(string name)
    {
        switch (name)
        {
            case "True":
                return BigInteger.One;
            case "False" or "None":
                return BigInteger.Zero;
        }

        if (!IsRunning)
        {
            return Nothing;
        }

        object value = find(name);
        Seen[name] = value;
        return value;
    }

    private UnsupportedException Unknown() => new($"Python: {reader.Line()}");
}
