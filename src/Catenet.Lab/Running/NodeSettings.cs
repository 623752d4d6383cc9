using Catenet.Kernel;
using Catenet.Kernel.Configuration;
using Catenet.Lab.Model;

namespace Catenet.Lab.Running;

/// <summary>Gives a kernel the settings that a lab has for its node.</summary>
internal static class NodeSettings
{
    /// <summary>Sets one; false, with what is wrong, if there is none of that name or the text is no value for it. YAML's true and false are 1 and 0.</summary>
    public static bool TrySet(Settings settings, Setting setting, out string? error)
    {
        string value = setting.Value switch { "true" => "1", "false" => "0", var text => text };
        return Sysctl.TrySet(settings, setting.Name, value, out error);
    }

    /// <summary>Sets all, which were checked before.</summary>
    public static void Apply(Settings settings, IEnumerable<Setting> wanted)
    {
        foreach (var setting in wanted)
        {
            TrySet(settings, setting, out _);
        }
    }
}
