using System.Text.Json.Nodes;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>A mapping with known keys: a record of the model.</summary>
/// <param name="what">What it is, for messages: <c>a node</c>.</param>
/// <param name="usual">The record with nothing said.</param>
internal sealed class RecordForm<T>(string what, T usual) : Form<T>
{
    private readonly List<Key<T>> _keys = [];

    public override string Expected => $"{what} (a mapping)";

    public string What => what;

    public T Usual => usual;

    public IReadOnlyList<Key<T>> Keys => _keys;

    /// <summary>Adds a key; it is not written while it has its usual value.</summary>
    public RecordForm<T> Key<TValue>(string name, Form<TValue> form, Func<T, TValue> get, Func<T, TValue, T> set, string doc, bool required = false)
    {
        _keys.Add(new Key<T>
        {
            Name = name,
            Doc = doc,
            Required = required,
            Read = (node, path, mistakes, record) =>
                form.TryRead(node, path, mistakes, out var value) ? (true, set(record, value)) : (false, record),
            Write = record => !required && EqualityComparer<TValue>.Default.Equals(get(record), get(usual)) ? null : form.Write(get(record)),
            Schema = form.Schema,
        });
        return this;
    }

    /// <summary>Adds a key for a value that may be absent.</summary>
    public RecordForm<T> Maybe<TValue>(string name, Form<TValue> form, Func<T, TValue?> get, Func<T, TValue, T> set, string doc)
        where TValue : struct
    {
        _keys.Add(new Key<T>
        {
            Name = name,
            Doc = doc,
            Read = (node, path, mistakes, record) =>
                form.TryRead(node, path, mistakes, out var value) ? (true, set(record, value)) : (false, record),
            Write = record => get(record) is { } value ? form.Write(value) : null,
            Schema = form.Schema,
        });
        return this;
    }

    /// <summary>Adds keys that stand for something inside the record.</summary>
    public RecordForm<T> Inside<TInner>(IEnumerable<Key<TInner>> keys, Func<T, TInner> get, Func<T, TInner, T> set)
    {
        _keys.AddRange(keys.Select(k => k.Within(get, set)));
        return this;
    }

    /// <summary>Adds keys made elsewhere.</summary>
    public RecordForm<T> With(IEnumerable<Key<T>> keys)
    {
        _keys.AddRange(keys);
        return this;
    }

    public override bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out T value)
    {
        value = usual;
        if (node is not YamlMap map)
        {
            // Nothing after the colon is a record with nothing said.
            return node is YamlScalar { IsMissing: true } missing
                ? CheckRequired(missing, [], path, mistakes)
                : Refuse(node, path, mistakes, out _);
        }

        bool ok = true;
        foreach (var entry in map.Entries)
        {
            if (_keys.Find(k => k.Name == entry.Key.Text) is not { } key)
            {
                ReportUnknown(entry.Key, path, mistakes);
                ok = false;
                continue;
            }

            mistakes.Place(path / key.Name, entry.Value is YamlScalar { IsMissing: true } ? entry.Key.Span : entry.Value.Span);
            (bool read, value) = key.Read(entry.Value, path / key.Name, mistakes, value);
            ok &= read || !key.Required;
        }

        // A record with a mistake inside is kept as far as it goes, so that others who refer to it are not told it does not exist.
        return CheckRequired(map, [.. map.Entries.Select(e => e.Key.Text)], path, mistakes) && (ok || !_keys.Exists(k => k.Required));
    }

    private bool CheckRequired(YamlNode node, HashSet<string> given, LabPath path, MistakeList mistakes)
    {
        var missing = _keys.Where(k => k.Required && !given.Contains(k.Name)).ToList();
        foreach (var key in missing)
        {
            mistakes.Add(node.Span, path, $"{what} needs '{key.Name}'", $"{key.Name}: {key.Doc}");
        }

        return missing.Count == 0;
    }

    private void ReportUnknown(YamlScalar key, LabPath path, MistakeList mistakes) =>
        mistakes.Add(key.Span, path, $"unknown key '{Shorten(key.Text)}' in {what}", Spelling.Choose(key.Text, [.. _keys.Select(k => k.Name)], "known keys"));

    private static string Shorten(string text) => text.Length > 40 ? text[..40] + "..." : text;

    public override YamlNode Write(T value)
    {
        var entries = new List<YamlEntry>();
        foreach (var key in _keys)
        {
            if (key.Write(value) is { } written)
            {
                entries.Add(new YamlEntry(Text(key.Name), written));
            }
        }

        return new YamlMap(entries, default);
    }

    public override JsonObject Schema(SchemaDefinitions definitions) => definitions.Define(what, () => SchemaOf(definitions));

    /// <summary>The schema in full, for definitions and for variants.</summary>
    public JsonObject SchemaOf(SchemaDefinitions definitions)
    {
        var properties = new JsonObject();
        foreach (var key in _keys)
        {
            var schema = key.Schema(definitions);
            schema["description"] = key.Doc;
            properties[key.Name] = schema;
        }

        var result = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        var required = _keys.Where(k => k.Required).Select(k => (JsonNode)k.Name).ToArray();
        if (required.Length > 0)
        {
            result["required"] = new JsonArray(required);
        }

        return result;
    }
}
