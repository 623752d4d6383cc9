using System.Text.Json.Nodes;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>A mapping from names to things: in the model a list of things that know their name.</summary>
/// <param name="what">What one of them is, for messages: <c>a node</c>.</param>
/// <param name="item">How one is written, without its name.</param>
/// <param name="name">Reads names.</param>
/// <param name="getName">The name of one, as written.</param>
/// <param name="withName">Gives one its name.</param>
internal sealed class NamedForm<T, TName>(string what, Form<T> item, Form<TName> name, Func<T, TName> getName, Func<T, TName, T> withName) : Form<ValueList<T>>
{
    public override string Expected => $"a mapping from names to {what}";

    public override bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out ValueList<T> value)
    {
        if (node is not YamlMap map)
        {
            return Refuse(node, path, mistakes, out value);
        }

        var items = new List<T>(map.Entries.Count);
        foreach (var entry in map.Entries)
        {
            var here = path / entry.Key.Text;
            mistakes.Place(here, entry.Value is YamlScalar { IsMissing: false } ? entry.Value.Span : entry.Key.Span);
            if (name.TryRead(entry.Key, here, mistakes, out var named) & item.TryRead(entry.Value, here, mistakes, out var read))
            {
                items.Add(withName(read, named));
            }
        }

        value = [.. items];
        return true;
    }

    public override YamlNode Write(ValueList<T> value) => new YamlMap(
        [.. value.Select(v => new YamlEntry((YamlScalar)name.Write(getName(v)), item.Write(v)))], default);

    public override JsonObject Schema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = item.Schema(definitions),
    };
}
