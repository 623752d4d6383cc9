namespace Catenet.Interop.Oracle.Comparing;

/// <summary>Finds where two hosts answered the same stimulus differently.</summary>
internal static class Comparison
{
    /// <summary>The differences, a line each, in the order of the steps.</summary>
    public static List<string> Of(Transcript catenet, Transcript linux)
    {
        var found = new List<string>();
        int steps = Math.Min(catenet.Steps.Count, linux.Steps.Count);
        for (int i = 0; i < steps; i++)
        {
            string at = $"{i + 1}. {catenet.Steps[i].Title}";
            Compare(found, at, catenet.Steps[i], linux.Steps[i]);
        }

        if (catenet.Steps.Count != linux.Steps.Count)
        {
            found.Add($"{linux.Steps.Count} steps with Linux, {catenet.Steps.Count} with Catenet");
        }

        return found;
    }

    private static void Compare(List<string> found, string at, Transcript.Step catenet, Transcript.Step linux)
    {
        for (int i = 0; i < Math.Max(catenet.Results.Count, linux.Results.Count); i++)
        {
            string ours = catenet.Results.ElementAtOrDefault(i) ?? "nothing", theirs = linux.Results.ElementAtOrDefault(i) ?? "nothing";
            if (ours != theirs)
            {
                found.Add($"{at}: Linux {theirs}; Catenet {ours}");
            }
        }

        int both = Math.Min(catenet.Frames.Count, linux.Frames.Count);
        for (int i = 0; i < both; i++)
        {
            string which = linux.Frames.Count > 1 ? $"{at}: frame {i + 1}" : at;
            Compare(found, which, catenet.Frames[i], linux.Frames[i]);
        }

        found.AddRange(linux.Frames.Skip(both).Select(f => $"{at}: Linux sends {f.Brief}; Catenet nothing"));
        found.AddRange(catenet.Frames.Skip(both).Select(f => $"{at}: Linux sends nothing; Catenet {f.Brief}"));
    }

    private static void Compare(List<string> found, string at, FrameFields catenet, FrameFields linux)
    {
        if (catenet.Encapsulation != linux.Encapsulation)
        {
            found.Add($"{at}: Linux sends {linux.Brief}; Catenet {catenet.Brief}");
            return;
        }

        var ours = Numbered(catenet);
        var theirs = Numbered(linux);
        var names = theirs.Concat(ours).Select(f => f.Name).Distinct().Where(n => Value(ours, n) != Value(theirs, n)).ToList();
        if (names.Count > 0)
        {
            found.Add($"{at}: Linux {Values(theirs, names)}; Catenet {Values(ours, names)}");
        }
    }

    private static string Value(List<NamedValue> fields, string name) => fields.Find(f => f.Name == name).Value ?? "none";

    private static string Values(List<NamedValue> fields, List<string> names) => string.Join(", ", names.Select(n => $"{n}={Value(fields, n)}"));

    /// <summary>Fields that come more than once are told apart by number.</summary>
    private static List<NamedValue> Numbered(FrameFields frame)
    {
        var seen = new Dictionary<string, int>();
        var result = new List<NamedValue>();
        foreach (var field in frame.Fields)
        {
            int count = seen[field.Name] = seen.GetValueOrDefault(field.Name) + 1;
            result.Add(count == 1 ? field : field with { Name = $"{field.Name} {count}" });
        }

        return result;
    }
}
