using Catenet.Lab.Checking;
using Catenet.Lab.Forms;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Lab.Reading;

namespace Catenet.Lab;

/// <summary>What became of reading a lab: the lab and its plan, or the mistakes in it.</summary>
/// <remarks>No lab file, however wrong, makes this throw. Immutable.</remarks>
public sealed class LabReading
{
    private LabReading(LabModel? model, LabPlan? plan, IReadOnlyList<Mistake> mistakes)
    {
        Model = model;
        Plan = plan;
        Mistakes = mistakes;
    }

    /// <summary>The lab as written; null when the text could not be read at all.</summary>
    public LabModel? Model { get; }

    /// <summary>The lab with everything derived; null when there are mistakes.</summary>
    public LabPlan? Plan { get; }

    /// <summary>What is wrong, in the order of the file; empty for a valid lab.</summary>
    public IReadOnlyList<Mistake> Mistakes { get; }

    /// <summary>Reads the lab file at a path, or <c>lab.yaml</c> in the folder at that path.</summary>
    public static LabReading OfFile(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, "lab.yaml") : path;
        try
        {
            var info = new FileInfo(file);
            if (info.Exists && info.Length > 4L * YamlTree.LargestText)
            {
                return Failed(file, $"the file is too large: {info.Length} octets", "a lab file is a text of a few pages");
            }

            return OfText(File.ReadAllText(file, new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true)), file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Failed(file, "there is no such file", Directory.Exists(path) ? "the folder has no lab.yaml" : "name a lab file, or a folder with a lab.yaml in it");
        }
        catch (System.Text.DecoderFallbackException)
        {
            return Failed(file, "this is not a text in UTF-8", "save the file as UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Failed(file, $"the file cannot be read: {e.Message}", "");
        }
    }

    /// <summary>Reads a lab from YAML.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="source">What messages call it, usually the path of the file.</param>
    public static LabReading OfText(string text, string source = "lab.yaml")
    {
        var mistakes = new MistakeList(source, text);
        if (YamlTree.Read(text, mistakes) is not { } tree)
        {
            return new LabReading(null, null, mistakes.InOrder());
        }

        mistakes.Place(LabPath.Root, tree.Span);
        return LabForms.Lab.TryRead(tree, LabPath.Root, mistakes, out var model) || model.Nodes.Count > 0
            ? Check(model, mistakes)
            : new LabReading(null, null, mistakes.InOrder());
    }

    /// <summary>Checks a lab that was built in code.</summary>
    public static LabReading OfModel(LabModel model) => Check(model, new MistakeList("", null));

    private static LabReading Check(LabModel model, MistakeList mistakes)
    {
        var names = new LabNames(model);
        LabCheck.Run(model, names, mistakes);
        var plan = mistakes.Count == 0 ? Planner.Plan(model, mistakes) : null;
        return new LabReading(model, mistakes.Count == 0 ? plan : null, mistakes.InOrder());
    }

    private static LabReading Failed(string file, string message, string suggestion) =>
        new(null, null, [new Mistake(file, null, "", "", message, suggestion)]);
}
