using System.Text.Json.Nodes;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>One key of a mapping and the property of the model that it stands for.</summary>
internal sealed class Key<T>
{
    public required string Name { get; init; }

    public required string Doc { get; init; }

    public bool Required { get; init; }

    /// <summary>Reads the value into the record; gives the record back unchanged when it could not.</summary>
    public required Func<YamlNode, LabPath, MistakeList, T, (bool Ok, T Record)> Read { get; init; }

    /// <summary>Writes the record's value; null when it is the usual one.</summary>
    public required Func<T, YamlNode?> Write { get; init; }

    public required Func<SchemaDefinitions, JsonObject> Schema { get; init; }

    /// <summary>The same key for a record that holds this one's.</summary>
    public Key<TOuter> Within<TOuter>(Func<TOuter, T> get, Func<TOuter, T, TOuter> set) => new()
    {
        Name = Name,
        Doc = Doc,
        Required = Required,
        Read = (node, path, mistakes, outer) =>
        {
            var (ok, inner) = Read(node, path, mistakes, get(outer));
            return (ok, set(outer, inner));
        },
        Write = outer => Write(get(outer)),
        Schema = Schema,
    };
}
