using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Tests;

public class SchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(LabYaml.Schema())!.AsObject();

    public static TheoryData<string> Labs => [.. LabFolder.Names];

    [Fact]
    public void The_published_schema_is_the_one_the_reader_has() =>
        Assert.True(LabYaml.Schema() == File.ReadAllText(Path.Combine(LabFolder.Root, "lab.schema.json")), "run: catenet schema > labs/lab.schema.json");

    [Theory]
    [MemberData(nameof(Labs))]
    public void Every_lab_fulfils_the_schema(string name) => Assert.Null(Complain(LabFolder.Text(name)));

    [Fact]
    public void A_lab_that_uses_everything_fulfils_the_schema() => Assert.Null(Complain(LabYaml.Write(RoundTripTests.Rich())));

    [Theory]
    [InlineData("name: t\nnods: {}\nnodes: {}\n")]
    [InlineData("name: t\nnodes: { a: { kind: hots } }\n")]
    [InlineData("name: t\nnodes: { a: {} }\nlinks: [a - b: { dealy: 5 ms }]\n")]
    [InlineData("name: t\nnodes: { a: {} }\nlinks: [a - b: { delay: 5 sec }]\n")]
    [InlineData("name: t\nnodes: { a: { apps: [htps] } }\n")]
    [InlineData("name: t\nnodes: { a: {} }\nrun: [{ on: a, pnig: b }]\n")]
    [InlineData("nodes: { a: {} }\n")]
    public void The_schema_finds_mistakes_too(string yaml)
    {
        Assert.NotEmpty(LabReading.OfText(yaml).Mistakes);
        Assert.NotNull(Complain(yaml));
    }

    private static string? Complain(string yaml) => Check(Schema, Json(YamlTree.Read(yaml, new MistakeList("", yaml))!), "$");

    /// <summary>As much of JSON schema as ours uses.</summary>
    private static string? Check(JsonObject schema, JsonNode? value, string at)
    {
        if (schema["$ref"] is { } reference)
        {
            return Check(Schema["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), value, at);
        }

        if (schema["anyOf"] is JsonArray any)
        {
            var complaints = any.Select(s => Check(s!.AsObject(), value, at)).ToList();
            return complaints.Contains(null) ? null : string.Join(" | ", complaints);
        }

        if (schema["enum"] is JsonArray words && !words.Any(w => JsonNode.DeepEquals(w, value)))
        {
            return $"{at}: {value} is none of {words.ToJsonString()}";
        }

        if (schema["type"] is { } type && !(type is JsonArray several ? several.Select(t => t!.GetValue<string>()) : [type.GetValue<string>()]).Any(t => IsOf(t, value)))
        {
            return $"{at}: {value?.ToJsonString()} is not {type.ToJsonString()}";
        }

        if (schema["pattern"] is { } pattern && value?.GetValueKind() == System.Text.Json.JsonValueKind.String && !Regex.IsMatch(value.GetValue<string>(), pattern.GetValue<string>()))
        {
            return $"{at}: {value} does not match {pattern}";
        }

        return value switch
        {
            JsonObject map => CheckMap(schema, map, at),
            JsonArray list when schema["items"] is JsonObject items => list.Select((v, i) => Check(items, v, $"{at}[{i}]")).FirstOrDefault(c => c is not null),
            _ => null,
        };
    }

    private static string? CheckMap(JsonObject schema, JsonObject map, string at)
    {
        foreach (var key in schema["required"] as JsonArray ?? [])
        {
            if (!map.ContainsKey(key!.GetValue<string>()))
            {
                return $"{at}: lacks {key}";
            }
        }

        if ((int?)schema["minProperties"] > map.Count || (int?)schema["maxProperties"] < map.Count)
        {
            return $"{at}: {map.Count} keys";
        }

        foreach (var (key, value) in map)
        {
            var own = schema["properties"]?[key] as JsonObject;
            string? complaint = own is not null ? Check(own, value, $"{at}.{key}") : schema["additionalProperties"] switch
            {
                JsonObject others => Check(others, value, $"{at}.{key}"),
                JsonValue no when !no.GetValue<bool>() => $"{at}: unknown key {key}",
                _ => null,
            };
            if (complaint is not null)
            {
                return complaint;
            }
        }

        return null;
    }

    private static bool IsOf(string type, JsonNode? value) => type switch
    {
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == System.Text.Json.JsonValueKind.String,
        "boolean" => value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        "integer" => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number && decimal.IsInteger(value.GetValue<decimal>()),
        _ => value?.GetValueKind() == System.Text.Json.JsonValueKind.Number,
    };

    /// <summary>What YAML's core schema makes of a document.</summary>
    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(e => KeyValuePair.Create(e.Key.Text, Json(e.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Json)]),
        YamlScalar { IsMissing: true } => new JsonObject(),
        YamlScalar { Quoted: false, Text: "true" or "false" } flag => JsonValue.Create(flag.Text == "true"),
        YamlScalar { Quoted: false } number when decimal.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal n) => JsonValue.Create(n),
        YamlScalar text => JsonValue.Create(text.Text),
        _ => null,
    };
}
