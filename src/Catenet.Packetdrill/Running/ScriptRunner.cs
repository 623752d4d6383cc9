using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Running;

/// <summary>Runs scripts in packetdrill's language: each on a host of its own, in virtual time, on the calling thread.</summary>
public static class ScriptRunner
{
    /// <summary>Reads a file and runs it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ScriptResult RunFile(string path, ScriptOptions? options = null) => RunText(path, File.ReadAllText(path), options);

    /// <summary>Runs a script.</summary>
    /// <param name="file">A name, for messages.</param>
    /// <param name="text">The script.</param>
    /// <param name="options">How.</param>
    public static ScriptResult RunText(string file, string text, ScriptOptions? options = null)
    {
        options ??= new ScriptOptions();
        return Read(file, text, options, script =>
            new ScriptRun(script, options, (settings, conversations) => new SimulatedStack(options.Seed, settings, conversations)).Run());
    }

    /// <summary>Reads a script and goes on with it; mistakes in it are a result.</summary>
    internal static ScriptResult Read(string file, string text, ScriptOptions options, Func<Script, ScriptResult> run) =>
        Guard(file, options, () => run(Script.Parse(file, text.ReplaceLineEndings("\n"), FamilyDefinitions.With(options))));

    /// <summary>Mistakes in a script are a result.</summary>
    internal static ScriptResult Guard(string file, ScriptOptions options, Func<ScriptResult> run)
    {
        try
        {
            return run();
        }
        catch (ScriptException e)
        {
            return new ScriptResult
            {
                File = file,
                Mode = options.Mode,
                Outcome = ScriptOutcome.Failed,
                IsMistake = true,
                Line = e.Line,
                Expected = "a script in packetdrill's language",
                Got = e.Message,
            };
        }
        catch (UnsupportedException e)
        {
            return new ScriptResult { File = file, Mode = options.Mode, Outcome = ScriptOutcome.Unsupported, Line = e.Line, Construct = e.Message };
        }
    }

    /// <summary>The scripts among files and folders: of a folder, all that end in <c>.pkt</c>, those of its folders too, in the order of their names.</summary>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    public static IReadOnlyList<string> FindScripts(IEnumerable<string> paths)
    {
        var found = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                found.AddRange(Directory.EnumerateFiles(path, "*.pkt", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
            }
            else if (File.Exists(path))
            {
                found.Add(path);
            }
            else
            {
                throw new FileNotFoundException($"There is no file or folder '{path}'.", path);
            }
        }

        return found;
    }
}
