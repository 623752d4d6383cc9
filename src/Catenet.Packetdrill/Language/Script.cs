using Catenet.Packetdrill.Packets;

namespace Catenet.Packetdrill.Language;

/// <summary>A script that has been read.</summary>
public sealed class Script
{
    /// <summary>The file's name, for messages.</summary>
    public required string File { get; init; }

    /// <summary>The options at the script's head (<c>--name=value</c>), in order.</summary>
    public required IReadOnlyList<ScriptOption> Options { get; init; }

    /// <summary>The shell lines run before the first event; null if there are none.</summary>
    public ShellAction? Init { get; init; }

    /// <summary>What happens, in order.</summary>
    public required IReadOnlyList<ScriptEvent> Events { get; init; }

    /// <summary>The shell lines run afterwards, passed or failed; null if there are none.</summary>
    public ShellAction? Cleanup { get; init; }

    /// <summary>Reads a script.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">The text.</param>
    /// <param name="definitions">Symbols defined on the command line (<c>-D NAME=VALUE</c>); they win over the script's own.</param>
    /// <exception cref="ScriptException">It is not in the language.</exception>
    public static Script Parse(string file, string text, IReadOnlyDictionary<string, string>? definitions = null) =>
        new ScriptParser(file, text, definitions).Parse();
}

/// <summary>An option at the head of a script.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Name">Its name without the dashes.</param>
/// <param name="Value">Its value; empty if it has none.</param>
public sealed record ScriptOption(int Line, string Name, string Value);

/// <summary>Something that happens at a time.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Text">How it reads in the script.</param>
/// <param name="Time">When.</param>
/// <param name="Action">What.</param>
public sealed record ScriptEvent(int Line, string Text, EventTime Time, ScriptAction Action);

/// <summary>What happens at an event.</summary>
public abstract record ScriptAction;

/// <summary>A packet is put into the stack, or must come out of it.</summary>
/// <param name="Packet">The packet.</param>
public sealed record PacketAction(PacketSpec Packet) : ScriptAction;

/// <summary>A program calls the system.</summary>
/// <param name="Name">The call.</param>
/// <param name="Arguments">What is handed over.</param>
/// <param name="Result">What must come back.</param>
/// <param name="Error">The error's name (<c>EAGAIN</c>); null if there must be none.</param>
/// <param name="End">When a blocking call comes back; null if it returns at once. Relative if the event's time is.</param>
public sealed record CallAction(string Name, IReadOnlyList<Expression> Arguments, Expression Result, string? Error, Duration? End) : ScriptAction;

/// <summary>Lines for the shell.</summary>
/// <param name="Line">Where they begin.</param>
/// <param name="Text">The lines.</param>
public sealed record ShellAction(int Line, string Text) : ScriptAction;

/// <summary>Assertions in Python.</summary>
/// <param name="Line">Where the text begins.</param>
/// <param name="Text">The text.</param>
public sealed record CodeAction(int Line, string Text) : ScriptAction;
