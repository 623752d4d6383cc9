namespace Catenet.Lab.Reading;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Spelling
{
    /// <summary><c>did you mean 'kind'?</c>, or nothing when no word is near.</summary>
    public static string DidYouMean(string written, IEnumerable<string> known)
    {
        string? best = Nearest(written, known);
        return best is null ? "" : $"did you mean '{best}'?";
    }

    /// <summary>A guess if there is one, and the words to choose from if they are not too many.</summary>
    public static string Choose(string written, IReadOnlyCollection<string> known, string what)
    {
        string guess = DidYouMean(written, known);
        string list = known.Count is > 0 and <= 30 ? $"{what}: {string.Join(", ", known)}" : "";
        return guess.Length > 0 && list.Length > 0 ? $"{guess} ({list})" : guess + list;
    }

    /// <summary>The word with the fewest changes, if they are few for its length.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length > 60)
        {
            return null;
        }

        string? best = null;
        int fewest = Math.Max(1, written.Length / 3) + 1;
        foreach (string word in known)
        {
            if (Math.Abs(word.Length - written.Length) >= fewest)
            {
                continue;
            }

            int changes = Distance(written.ToLowerInvariant(), word.ToLowerInvariant());
            if (changes < fewest)
            {
                fewest = changes;
                best = word;
            }
        }

        return best;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }

        for (int j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int change = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int least = Math.Min(change, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                rows[i, j] = swapped ? Math.Min(least, rows[i - 2, j - 2] + 1) : least;
            }
        }

        return rows[a.Length, b.Length];
    }
}
