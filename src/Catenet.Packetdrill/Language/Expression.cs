using System.Globalization;

namespace Catenet.Packetdrill.Language;

/// <summary>An argument or result of a system call.</summary>
public abstract record Expression;

/// <summary>A number.</summary>
/// <param name="Value">Its value.</param>
public sealed record IntegerExpression(long Value) : Expression
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A text in quotes.</summary>
/// <param name="Value">The text; a character is an octet.</param>
public sealed record TextExpression(string Value) : Expression
{
    /// <inheritdoc/>
    public override string ToString() => $"\"{Value}\"";
}

/// <summary>A name that stands for a number: <c>SOCK_STREAM</c>.</summary>
/// <param name="Name">The name.</param>
public sealed record SymbolExpression(string Name) : Expression
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary><c>...</c>: whatever is usual there.</summary>
public sealed record EllipsisExpression : Expression
{
    /// <inheritdoc/>
    public override string ToString() => "...";
}

/// <summary><c>a|b|c</c>.</summary>
/// <param name="Parts">What is put together.</param>
public sealed record OrExpression(IReadOnlyList<Expression> Parts) : Expression
{
    /// <inheritdoc/>
    public override string ToString() => string.Join('|', Parts);
}

/// <summary><c>[a, b]</c>: what a pointer points to.</summary>
/// <param name="Items">What is there.</param>
public sealed record ListExpression(IReadOnlyList<Expression> Items) : Expression
{
    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", Items)}]";
}

/// <summary><c>{a, name=b, name(c)=d}</c>: a structure.</summary>
/// <param name="Fields">Its fields in order.</param>
public sealed record StructExpression(IReadOnlyList<FieldExpression> Fields) : Expression
{
    /// <summary>The value of a field; null if it is not there.</summary>
    public Expression? this[string name] => Fields.FirstOrDefault(f => f.Name == name)?.Value;

    /// <summary>Whether there is a field of that name.</summary>
    public bool Has(string name) => Fields.Any(f => f.Name == name);

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", Fields)}}}";
}

/// <summary>A field of a structure.</summary>
/// <param name="Name">Its name; null where only the place counts.</param>
/// <param name="Size">What stands in parentheses behind the name; null if nothing does.</param>
/// <param name="Value">Its value.</param>
public sealed record FieldExpression(string? Name, Expression? Size, Expression Value)
{
    /// <inheritdoc/>
    public override string ToString() => Name is null ? Value.ToString()! : Size is null ? $"{Name}={Value}" : $"{Name}({Size})={Value}";
}

/// <summary><c>htons(8080)</c>, <c>inet_addr("192.0.2.1")</c>.</summary>
/// <param name="Name">The function.</param>
/// <param name="Argument">What it is given.</param>
public sealed record FunctionExpression(string Name, Expression Argument) : Expression
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}({Argument})";
}
