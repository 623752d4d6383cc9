using System.Text.Json.Nodes;

namespace Catenet.Lab.Forms;

/// <summary>The named parts of a JSON schema: each is described once and referred to.</summary>
internal sealed class SchemaDefinitions
{
    private readonly SortedDictionary<string, JsonObject?> _parts = new(StringComparer.Ordinal);

    /// <summary>A reference to the part of that name, describing it first if nobody has.</summary>
    public JsonObject Define(string what, Func<JsonObject> describe)
    {
        string name = what.Replace("an ", "", StringComparison.Ordinal).Replace("a ", "", StringComparison.Ordinal)
            .Replace(' ', '-').Replace("'", "", StringComparison.Ordinal);
        if (!_parts.ContainsKey(name))
        {
            _parts[name] = null;
            _parts[name] = describe();
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
    }

    /// <summary>All parts, by name.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (name, part) in _parts)
        {
            json[name] = part;
        }

        return json;
    }
}
