using System.Text.Json.Nodes;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>A thing with a short form (one text) and a long one (a mapping).</summary>
/// <param name="brief">The short form.</param>
/// <param name="full">The long form.</param>
/// <param name="isBrief">Whether a value can be written in the short form.</param>
internal sealed class EitherForm<T>(Form<T> brief, Form<T> full, Func<T, bool> isBrief) : Form<T>
{
    public override string Expected => $"{brief.Expected} or {full.Expected}";

    public override bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out T value) =>
        node is YamlScalar ? brief.TryRead(node, path, mistakes, out value) :
        node is YamlMap ? full.TryRead(node, path, mistakes, out value) :
        Refuse(node, path, mistakes, out value);

    public override YamlNode Write(T value) => isBrief(value) ? brief.Write(value) : full.Write(value);

    public override JsonObject Schema(SchemaDefinitions definitions) => new()
    {
        ["anyOf"] = new JsonArray(brief.Schema(definitions), full.Schema(definitions)),
    };
}
