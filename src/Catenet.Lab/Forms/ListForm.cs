using System.Text.Json.Nodes;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>A list; a single item may stand without brackets where <paramref name="single"/> says so.</summary>
internal sealed class ListForm<T>(Form<T> item, bool single = false) : Form<ValueList<T>>
{
    public override string Expected => single ? $"{item.Expected}, or a list of them" : $"a list, each item {item.Expected}";

    public override bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out ValueList<T> value)
    {
        value = [];
        if (node is YamlList list)
        {
            return TryReadItems(list, path, mistakes, out value);
        }

        if (!single || node is YamlScalar { IsMissing: true })
        {
            return Refuse(node, path, mistakes, out value);
        }

        bool ok = item.TryRead(node, path, mistakes, out var only);
        value = ok ? [only] : [];
        return ok;
    }

    private bool TryReadItems(YamlList list, LabPath path, MistakeList mistakes, out ValueList<T> value)
    {
        var items = new List<T>(list.Items.Count);
        bool all = true;
        for (int i = 0; i < list.Items.Count; i++)
        {
            mistakes.Place(path / items.Count, list.Items[i].Span);
            bool ok = item.TryRead(list.Items[i], path / items.Count, mistakes, out var read);
            all &= ok;
            if (ok)
            {
                items.Add(read);
            }
        }

        value = [.. items];
        return all || items.Count > 0;
    }

    public override YamlNode Write(ValueList<T> value) => single && value.Count == 1
        ? item.Write(value[0])
        : new YamlList([.. value.Select(item.Write)], default);

    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item.Schema(definitions) };
        return single ? new JsonObject { ["anyOf"] = new JsonArray(item.Schema(definitions), list) } : list;
    }
}
