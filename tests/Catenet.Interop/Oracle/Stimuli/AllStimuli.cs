namespace Catenet.Interop.Oracle.Stimuli;

/// <summary>Every stimulus by its name.</summary>
internal static class AllStimuli
{
    public static IReadOnlyDictionary<string, Stimulus> ByName { get; } =
        new IEnumerable<Stimulus>[]
        {
            ArpStimuli.All,
            NdpStimuli.All,
            IPv4Stimuli.All,
            IPv6Stimuli.All,
            FragmentStimuli.All,
            IcmpStimuli.All,
            UdpStimuli.All,
            TcpStateStimuli.All,
            TcpOptionStimuli.All,
            TcpFlowStimuli.All,
            RouterStimuli.All,
        }.SelectMany(s => s).ToDictionary(s => s.Name);
}
