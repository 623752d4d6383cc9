using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Linux;

/// <summary>How long a script takes in real time, if all goes well.</summary>
internal static class ScriptLength
{
    /// <summary>The sum of its times; what may come at any time counts for nothing.</summary>
    public static Duration Of(Script script)
    {
        var now = Duration.Zero;
        var latest = Duration.Zero;
        foreach (var item in script.Events)
        {
            if (item.Time.Kind != EventTimeKind.Any)
            {
                now = item.Time.IsRelative ? now + item.Time.To : Duration.Max(now, item.Time.To);
            }

            latest = Duration.Max(latest, now);
            if (item.Action is CallAction { End: { } end })
            {
                latest = Duration.Max(latest, item.Time.IsRelative ? now + end : end);
            }
        }

        return latest;
    }
}
