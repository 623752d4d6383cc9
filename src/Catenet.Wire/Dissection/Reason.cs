using System.Globalization;

namespace Catenet.Wire.Dissection;

/// <summary>Sentences that say what is wrong with a header.</summary>
internal static class Reason
{
    public static string TooShort(int needed, int found) =>
        string.Create(CultureInfo.InvariantCulture, $"the header needs {needed} octets, {found} are there");

    public static string Length(string what, int claimed, int found) =>
        string.Create(CultureInfo.InvariantCulture, $"the {what} says {claimed} octets, {found} are there");
}
