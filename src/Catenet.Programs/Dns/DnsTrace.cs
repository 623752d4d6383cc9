using Catenet.Core;
using Catenet.Kernel;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>Reports the steps of a name look-up.</summary>
internal static class DnsTrace
{
    /// <summary>Whether anybody listens: ask before building a text.</summary>
    public static bool IsOn(Host host) => host.Loop.Tracer.Enabled;

    /// <summary>Reports one step.</summary>
    public static void Step(Host host, DnsQuestion question, string detail) => host.Loop.Tracer.Emit(new TraceEvent
    {
        Kind = TraceKind.NameLookup,
        Time = host.Loop.Now,
        Node = host.Name,
        Subject = question,
        Detail = detail,
    });
}
