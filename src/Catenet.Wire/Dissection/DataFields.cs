using System.Globalization;

namespace Catenet.Wire.Dissection;

/// <summary>Octets of no protocol known here, shown as data of the layer they are found in.</summary>
internal static class DataFields
{
    private const int MaxShown = 32;

    private static readonly FieldTable[] s_tables =
        [.. Enumerable.Range(0, 8).Select(layer => new FieldTable("Data", "Data", "data", layer, Array.Empty<Field>()))];

    /// <summary>The stretch as a layer all of whose octets are its own.</summary>
    public static Layer Layer(Scope scope, int osiLayer)
    {
        var layer = new Layer(s_tables[osiLayer], scope, scope.Data.Length)
        {
            Summary = string.Create(CultureInfo.InvariantCulture, $"{scope.Data.Length} octets"),
        };
        var shown = scope.Data.Length > MaxShown ? scope.Data[..MaxShown] : scope.Data;
        string value = Convert.ToHexStringLower(shown) + (shown.Length < scope.Data.Length ? "..." : "");
        layer.Add(scope.Field("Data", "data.data", value, 0, scope.Data.Length));
        layer.Add(scope.Field("Length", "data.len", scope.Data.Length.ToString(CultureInfo.InvariantCulture), 0, 0, (ulong)scope.Data.Length));
        return layer;
    }

    /// <summary>Adds the stretch to a layer as data, if there is any.</summary>
    public static void AddTo(Layer parent, Scope scope, int osiLayer)
    {
        if (!scope.Data.IsEmpty)
        {
            parent.Add(Layer(scope, osiLayer));
        }
    }
}
