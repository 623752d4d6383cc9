using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Catenet.Lab.Forms;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab;

/// <summary>Lab files as text: writing models, and the JSON schema that editors check lab files with.</summary>
public static class LabYaml
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a lab as YAML; reading it back gives an equal lab.</summary>
    public static string Write(LabModel lab) => YamlText.Write(LabForms.Lab.Write(lab));

    /// <summary>The JSON schema (2020-12) of lab files. It is made of the same descriptions that the reader reads by, so it cannot differ from it.</summary>
    public static string Schema()
    {
        var definitions = new SchemaDefinitions();
        var lab = LabForms.Lab.SchemaOf(definitions);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "A Catenet lab",
        };
        foreach (var (name, value) in lab.ToList())
        {
            schema[name] = value!.DeepClone();
        }

        schema["$defs"] = definitions.ToJson();
        return schema.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n";
    }
}
