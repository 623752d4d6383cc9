using System.Runtime.CompilerServices;
using Catenet.Lab.Forms;

namespace Catenet.Lab.Building;

/// <summary>Reads what a builder is given as text, in the words of lab files.</summary>
internal static class Written
{
    public static T As<T>(TextForm<T> form, string text, [CallerArgumentExpression(nameof(text))] string? argument = null) =>
        form.Parse(text, out var value) is { } complaint
            ? throw new ArgumentException($"{complaint.Message}{(complaint.Suggestion.Length > 0 ? "; " + complaint.Suggestion : "")}", argument)
            : value;
}
