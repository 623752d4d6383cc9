namespace Catenet.Packetdrill.Language;

/// <summary>Reads a script: its options, its shell lines, and its events with their times.</summary>
internal sealed class ScriptParser
{
    private readonly string _file;
    private readonly Scanner _scanner;
    private readonly IReadOnlyDictionary<string, string> _given;
    private readonly Dictionary<string, string> _definitions;

    public ScriptParser(string file, string text, IReadOnlyDictionary<string, string>? definitions)
    {
        _file = file;
        _scanner = new Scanner(text);
        _given = definitions ?? new Dictionary<string, string>();
        _definitions = new Dictionary<string, string>(_given, StringComparer.Ordinal);
    }

    public Script Parse()
    {
        var options = Options();
        var init = Shell();
        var events = new List<ScriptEvent>();
        ShellAction? cleanup = null;
        while (!_scanner.AtEnd)
        {
            if (_scanner.Current == '`')
            {
                cleanup = Shell();
                if (!_scanner.AtEnd)
                {
                    throw _scanner.Mistake($"lines for the shell without a time stand at the beginning or at the end; after them comes {_scanner.Here()}");
                }
            }
            else
            {
                events.Add(Event(events.Count == 0));
            }
        }

        return events.Count == 0
            ? throw _scanner.Mistake("there is no event in the script")
            : new Script { File = _file, Options = options, Init = init, Events = events, Cleanup = cleanup };
    }

    private List<ScriptOption> Options()
    {
        var options = new List<ScriptOption>();
        while (_scanner.Take("--"))
        {
            int line = _scanner.Line;
            string name = _scanner.Word("the name of an option");
            string value = "";
            if (_scanner.Current == '=')
            {
                _scanner.Position++;
                value = OptionValue();
            }

            if (name == "define")
            {
                Define(value);
            }

            options.Add(new ScriptOption(line, name, value));
        }

        return options;
    }

    /// <summary>Everything up to the next blank, which may stand in quotes.</summary>
    private string OptionValue()
    {
        int begin = _scanner.Position;
        while (_scanner.Current != '\0' && !char.IsWhiteSpace(_scanner.Current))
        {
            char quote = _scanner.Current;
            _scanner.Position++;
            if (quote is '"' or '`')
            {
                _scanner.Until(quote.ToString(), "a quoted value");
            }
        }

        return _scanner.Text(begin, _scanner.Position);
    }

    private void Define(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw _scanner.Mistake($"a definition reads --define=NAME=VALUE, not --define={value}");
        }

        if (!_given.ContainsKey(value[..equals]))
        {
            _definitions[value[..equals]] = value[(equals + 1)..];
        }
    }

    private ShellAction? Shell()
    {
        if (!_scanner.Take("`"))
        {
            return null;
        }

        int line = _scanner.Line;
        string text = _scanner.Until("`", "a line for the shell");
        foreach (var (name, value) in _definitions)
        {
            text = text.Replace("${" + name + "}", value.Trim('"'), StringComparison.Ordinal);
        }

        return new ShellAction(line, text);
    }

    private ScriptEvent Event(bool first)
    {
        _scanner.SkipBlanks();
        int begin = _scanner.Position;
        var time = Time();
        if (first && (time.Kind == EventTimeKind.Any || time.From != Duration.Zero))
        {
            throw _scanner.Mistake(begin, $"the first event is at 0, not at {time}");
        }

        Duration? end = _scanner.Take("...") ? _scanner.Seconds("the time at which the call comes back") : null;
        var action = Action(end);
        bool outbound = action is PacketAction { Packet.Direction: Packets.PacketDirection.Out };
        if (!outbound && (time.Kind == EventTimeKind.Any || time.IsRange))
        {
            throw _scanner.Mistake(begin, $"only a packet from the stack may come at {time}");
        }

        if (end is not null && action is not CallAction)
        {
            throw _scanner.Mistake(begin, "only a system call has a time at which it comes back");
        }

        _scanner.Take(";");
        return new ScriptEvent(_scanner.LineOf(begin), OnOneLine(_scanner.Text(begin, _scanner.Position)), time, action);
    }

    private EventTime Time()
    {
        if (_scanner.Take("*"))
        {
            return new EventTime(EventTimeKind.Any, default, default);
        }

        bool relative = _scanner.Take("+");
        var from = _scanner.Seconds("the time of an event");
        if (!_scanner.Take("~"))
        {
            return new EventTime(relative ? EventTimeKind.Relative : EventTimeKind.Absolute, from, from);
        }

        if (_scanner.Take("+") != relative)
        {
            throw _scanner.Mistake("both ends of a range of times are relative, or neither is");
        }

        var to = _scanner.Seconds("the end of a range of times");
        return to < from
            ? throw _scanner.Mistake("the range of times ends before it begins")
            : new EventTime(relative ? EventTimeKind.RelativeRange : EventTimeKind.AbsoluteRange, from, to);
    }

    private ScriptAction Action(Duration? end)
    {
        _scanner.SkipBlanks();
        switch (_scanner.Current)
        {
            case '<' or '>':
                return new PacketAction(new PacketParser(_scanner, _definitions).Parse());
            case '`':
                return Shell()!;
            case '%':
                _scanner.Expect("%{", "before lines of Python");
                int line = _scanner.Line;
                return new CodeAction(line, _scanner.Until("}%", "lines of Python"));
            default:
                return _scanner.PeekWord() is not null
                    ? Call(end)
                    : throw _scanner.Mistake($"after its time an event has '<', '>', a system call, '`' or '%{{'; here stands {_scanner.Here()}");
        }
    }

    private CallAction Call(Duration? end)
    {
        var expressions = new ExpressionParser(_scanner, _definitions);
        string name = _scanner.Word("a system call");
        _scanner.Expect("(", $"after {name}");
        var arguments = expressions.Sequence(")", $"at the end of the arguments of {name}");
        _scanner.Expect("=", $"before the result of {name}");
        var result = expressions.Parse();
        string? error = null;
        if (_scanner.PeekWord() is { } word && word.StartsWith('E'))
        {
            error = _scanner.Word("an error");
        }

        if (_scanner.Take("("))
        {
            _scanner.Until(")", "a note");
        }

        return new CallAction(name, arguments, result, error, end);
    }

    private static string OnOneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
