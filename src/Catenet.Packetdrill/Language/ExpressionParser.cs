namespace Catenet.Packetdrill.Language;

/// <summary>Reads arguments and results of system calls.</summary>
/// <param name="scanner">Where.</param>
/// <param name="definitions">Symbols that stand for a text each.</param>
internal sealed class ExpressionParser(Scanner scanner, IReadOnlyDictionary<string, string> definitions)
{
    private const int MaxDepth = 32;

    private int _depth;

    /// <summary>An expression: one thing, or several put together by <c>|</c>.</summary>
    public Expression Parse()
    {
        if (++_depth > MaxDepth)
        {
            throw scanner.Mistake("expressions are nested too deeply");
        }

        var first = Single();
        if (scanner.Take("|"))
        {
            var parts = new List<Expression> { first };
            do
            {
                parts.Add(Single());
            }
            while (scanner.Take("|"));
            first = new OrExpression(parts);
        }

        _depth--;
        return first;
    }

    /// <summary>Expressions between commas up to a closing sign, which is taken.</summary>
    public List<Expression> Sequence(string closing, string where)
    {
        var items = new List<Expression>();
        if (scanner.Take(closing))
        {
            return items;
        }

        do
        {
            items.Add(Parse());
        }
        while (scanner.Take(","));
        scanner.Expect(closing, where);
        return items;
    }

    private Expression Single()
    {
        scanner.SkipBlanks();
        if (scanner.Take("..."))
        {
            return new EllipsisExpression();
        }

        if (scanner.Take("["))
        {
            return new ListExpression(Sequence("]", "at the end of a list"));
        }

        if (scanner.Take("{"))
        {
            return Structure();
        }

        if (scanner.Take("("))
        {
            var inner = Parse();
            scanner.Expect(")", "after an expression in parentheses");
            return inner;
        }

        if (scanner.Current == '"')
        {
            return Text();
        }

        if (scanner.PeekWord() is null)
        {
            return new IntegerExpression(scanner.Integer("a value"));
        }

        string name = scanner.Word("a value");
        if (scanner.Current == '(')
        {
            scanner.Expect("(", "after a function");
            var argument = Parse();
            scanner.Expect(")", $"after the argument of {name}");
            return new FunctionExpression(name, argument);
        }

        return definitions.TryGetValue(name, out string? text) ? Defined(text) : new SymbolExpression(name);
    }

    private TextExpression Text()
    {
        string text = scanner.QuotedText();
        while (true)
        {
            scanner.SkipBlanks();
            if (scanner.Current != '"')
            {
                return new TextExpression(text);
            }

            text += scanner.QuotedText();
        }
    }

    private StructExpression Structure()
    {
        var fields = new List<FieldExpression>();
        while (!scanner.Take("}"))
        {
            fields.Add(Field());
            if (!scanner.Take(","))
            {
                scanner.Expect("}", "at the end of a structure");
                break;
            }
        }

        return new StructExpression(fields);
    }

    private FieldExpression Field()
    {
        int begin = scanner.Position;
        if (scanner.PeekWord() is { } name)
        {
            scanner.Word("a field");
            Expression? size = null;
            if (scanner.Take("("))
            {
                size = Parse();
                scanner.Expect(")", $"after the size of {name}");
            }

            if (scanner.Take("="))
            {
                return new FieldExpression(name, size, Parse());
            }

            scanner.Position = begin;
        }

        return new FieldExpression(null, null, Parse());
    }

    private static Expression Defined(string text)
    {
        if (text.StartsWith('"') && text.EndsWith('"') && text.Length > 1)
        {
            return new TextExpression(text[1..^1]);
        }

        var inner = new Scanner(text);
        return inner.AtNumber() || text.StartsWith('-') ? new IntegerExpression(inner.Integer("a number")) : new SymbolExpression(text);
    }
}
