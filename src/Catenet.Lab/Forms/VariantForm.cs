using System.Text.Json.Nodes;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>A mapping that says by one of its keys which of several things it is: <c>{ on: alice, ping: bob }</c>.</summary>
/// <param name="what">What it is, for messages: <c>a program to run</c>.</param>
/// <param name="keyOf">The key that says what a value is.</param>
internal sealed class VariantForm<T>(string what, Func<T, string> keyOf) : Form<T>
{
    private readonly List<(string Word, RecordForm<T> Form)> _cases = [];

    public override string Expected => $"{what} (a mapping with one of: {string.Join(", ", _cases.Select(c => c.Word))})";

    /// <summary>Adds a case.</summary>
    public VariantForm<T> Case(string word, RecordForm<T> form)
    {
        _cases.Add((word, form));
        return this;
    }

    public override bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out T value)
    {
        if (node is not YamlMap map)
        {
            return Refuse(node, path, mistakes, out value);
        }

        value = default!;
        var chosen = map.Entries.Where(e => _cases.Exists(c => c.Word == e.Key.Text)).ToList();
        if (chosen.Count == 1)
        {
            return _cases.Find(c => c.Word == chosen[0].Key.Text).Form.TryRead(map, path, mistakes, out value);
        }

        if (chosen.Count > 1)
        {
            mistakes.Add(chosen[1].Key.Span, path, $"{what} cannot be both '{chosen[0].Key.Text}' and '{chosen[1].Key.Text}'", "write two items");
            return false;
        }

        ReportNothingChosen(map, path, mistakes);
        return false;
    }

    private void ReportNothingChosen(YamlMap map, LabPath path, MistakeList mistakes)
    {
        var words = _cases.ConvertAll(c => c.Word);
        var known = _cases.SelectMany(c => c.Form.Keys).Select(k => k.Name).ToHashSet();
        var stranger = map.Entries.Find(e => !known.Contains(e.Key.Text));
        if (stranger is not null)
        {
            mistakes.Add(stranger.Key.Span, path, $"unknown key '{stranger.Key.Text}' in {what}", Spelling.Choose(stranger.Key.Text, words, "one of these is needed"));
        }
        else
        {
            mistakes.Add(map.Span, path, $"{what} does not say what it is", $"one of these is needed: {string.Join(", ", words)}");
        }
    }

    public override YamlNode Write(T value)
    {
        string word = keyOf(value);
        return _cases.Find(c => c.Word == word).Form.Write(value);
    }

    public override JsonObject Schema(SchemaDefinitions definitions) => definitions.Define(what, () => new JsonObject
    {
        ["anyOf"] = new JsonArray([.. _cases.Select(c => (JsonNode)c.Form.SchemaOf(definitions))]),
    });
}
