using System.Text.Json.Nodes;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>How a piece of the model looks in a lab file: read, written and described in one place, so that the three cannot drift apart.</summary>
internal abstract class Form<T>
{
    /// <summary>What belongs here, with an example: <c>a duration such as 20 ms</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>Reads a value; false when it could not, which the mistakes then say.</summary>
    public abstract bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out T value);

    /// <summary>Writes a value as a lab file has it.</summary>
    public abstract YamlNode Write(T value);

    /// <summary>Describes it as JSON schema.</summary>
    public abstract JsonObject Schema(SchemaDefinitions definitions);

    /// <summary>Says that something else stands where this belongs.</summary>
    protected bool Refuse(YamlNode node, LabPath path, MistakeList mistakes, out T value)
    {
        value = default!;
        mistakes.Add(node.Span, path, $"expected {Expected}, not {node.Kind}");
        return false;
    }

    /// <summary>A scalar to be written.</summary>
    protected static YamlScalar Text(string text) => new(text, default);
}
