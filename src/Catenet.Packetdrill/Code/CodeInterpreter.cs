using System.Numerics;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Code;

/// <summary>Runs the Python of scripts: assertions, assignments, conditions, print. Names that a script has assigned live on in its later blocks.</summary>
/// <param name="lookup">What a name stands for that the script has not assigned; null if for nothing.</param>
internal sealed class CodeInterpreter(Func<string, object?> lookup)
{
    private static readonly string[] Augmented = ["+=", "-=", "*=", "/=", "//=", "%=", "|=", "&=", "^=", "<<=", ">>=", "**="];

    private readonly Dictionary<string, object> _variables = new(StringComparer.Ordinal);
    private CodeReader _reader = new([]);
    private CodeExpressions _expressions = null!;
    private int _firstLine;

    /// <summary>What was printed.</summary>
    public List<string> Output { get; } = [];

    /// <summary>Runs a block.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="firstLine">The script's line on which it begins.</param>
    /// <exception cref="ScriptFailure">An assertion does not hold.</exception>
    /// <exception cref="UnsupportedException">It has something that is not understood, or a name that is not known.</exception>
    public void Run(string text, int firstLine)
    {
        _firstLine = firstLine;
        _reader = new CodeReader(new CodeLexer(text).Read());
        _expressions = new CodeExpressions(_reader, Find);
        while (_reader.Current.Kind != CodeTokenKind.End)
        {
            Statement(run: true);
        }
    }

    private object Find(string name) => _variables.TryGetValue(name, out object? value) ? value
        : lookup(name) ?? throw new UnsupportedException($"Python: the name {name}");

    private void Statement(bool run)
    {
        _expressions.IsRunning = run;
        if (_reader.Take(CodeTokenKind.NewLine) || _reader.TakeOperator(";"))
        {
            return;
        }

        if (_reader.TakeName("if"))
        {
            Condition(run);
            return;
        }

        Simple(run);
        if (!_reader.TakeOperator(";") && !_reader.Take(CodeTokenKind.NewLine) && _reader.Current.Kind is not (CodeTokenKind.End or CodeTokenKind.Dedent))
        {
            throw Unknown();
        }
    }

    private void Simple(bool run)
    {
        if (_reader.TakeName("assert"))
        {
            Assert(run);
        }
        else if (_reader.TakeName("pass"))
        {
            // nothing to do
        }
        else if (_reader.Current is { Kind: CodeTokenKind.Name, Text: "print" } && _reader.Next.Text != "(")
        {
            _reader.Take(CodeTokenKind.Name);
            Print(_reader.Current.Kind == CodeTokenKind.NewLine ? [] : _expressions.Sequence(), run);
        }
        else if (_reader.Current is { Kind: CodeTokenKind.Name, Text: "print" })
        {
            _reader.Take(CodeTokenKind.Name);
            _reader.TakeOperator("(");
            Print(_reader.Current.Text == ")" ? [] : _expressions.Sequence(), run);
            _expressions.Expect(")");
        }
        else if (_reader.Current is { Kind: CodeTokenKind.Name, Text: "import" or "from" or "def" or "for" or "while" or "class" or "try" or "with" or "return" or "global" or "lambda" })
        {
            throw Unknown();
        }
        else if (_reader.Current.Kind == CodeTokenKind.Name && (_reader.Next.Text == "=" || Augmented.Contains(_reader.Next.Text)))
        {
            Assign(run);
        }
        else
        {
            _expressions.Parse();
        }
    }

    private void Assert(bool run)
    {
        int line = _reader.Current.Line;
        int begin = _reader.Position;
        object value = _expressions.Parse();
        string condition = _reader.TextFrom(begin);
        object? message = null;
        if (_reader.TakeOperator(","))
        {
            _expressions.IsRunning = run && !CodeValues.IsTrue(value);
            message = _expressions.Parse();
            _expressions.IsRunning = run;
        }

        if (run && !CodeValues.IsTrue(value))
        {
            string seen = string.Join(", ", _expressions.Seen.Select(s => $"{s.Key} = {CodeValues.Text(s.Value)}"));
            throw new ScriptFailure($"line {_firstLine + line - 1}: assert {condition}", $"{seen}{(message is null ? "" : $" (message: {CodeValues.Text(message)})")}");
        }

        _expressions.Seen.Clear();
    }

    private void Assign(bool run)
    {
        string name = _reader.Current.Text;
        _reader.Take(CodeTokenKind.Name);
        string operation = _reader.Current.Text;
        _reader.TakeOperator(operation);
        object value = _expressions.Parse();
        if (run)
        {
            _variables[name] = operation == "=" ? value : CodeValues.Apply(operation[..^1], Find(name), value);
        }
    }

    private void Print(List<object> values, bool run)
    {
        if (run)
        {
            Output.Add(string.Join(' ', values.Select(CodeValues.Text)));
        }
    }

    private void Condition(bool run)
    {
        bool holds = CodeValues.IsTrue(_expressions.Parse());
        Suite(run && holds);
        _expressions.IsRunning = run && !holds;
        if (_reader.TakeName("elif"))
        {
            Condition(run && !holds);
        }
        else if (_reader.TakeName("else"))
        {
            Suite(run && !holds);
        }
    }

    private void Suite(bool run)
    {
        _expressions.Expect(":");
        _expressions.IsRunning = run;
        if (!_reader.Take(CodeTokenKind.NewLine))
        {
            Statement(run);
            return;
        }

        if (!_reader.Take(CodeTokenKind.Indent))
        {
            throw Unknown();
        }

        while (!_reader.Take(CodeTokenKind.Dedent))
        {
            Statement(run);
        }
    }

    private UnsupportedException Unknown() => new($"Python: {_reader.Line()}");
}

/// <summary>The pieces of a block, one after the other.</summary>
internal sealed class CodeReader(List<CodeToken> tokens)
{
    /// <summary>Which piece is next.</summary>
    public int Position { get; private set; }

    /// <summary>The next piece.</summary>
    public CodeToken Current => tokens[Math.Min(Position, tokens.Count - 1)];

    /// <summary>The piece behind it.</summary>
    public CodeToken Next => tokens[Math.Min(Position + 1, tokens.Count - 1)];

    public bool Take(CodeTokenKind kind) => Step(Current.Kind == kind);

    public bool TakeName(string name) => Step(Current.Kind == CodeTokenKind.Name && Current.Text == name);

    public bool TakeOperator(string piece) => Step(Current.Kind == CodeTokenKind.Operator && Current.Text == piece);

    /// <summary>The text of the pieces from one on up to the next.</summary>
    public string TextFrom(int begin) => string.Join(' ', tokens[begin..Position].Select(t => t.Text));

    /// <summary>The text of the present line, from the next piece on.</summary>
    public string Line() => string.Join(' ', tokens.Skip(Position).TakeWhile(t => t.Kind is not (CodeTokenKind.NewLine or CodeTokenKind.End)).Select(t => t.Text));

    private bool Step(bool taken)
    {
        Position += taken ? 1 : 0;
        return taken;
    }
}
