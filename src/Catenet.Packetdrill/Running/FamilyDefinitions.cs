namespace Catenet.Packetdrill.Running;

/// <summary>Names that scripts have for what depends on the socket's family: the level and type of the control message that an error queue's entry comes in.</summary>
internal static class FamilyDefinitions
{
    /// <summary>What is defined, with these where nobody has defined them.</summary>
    public static IReadOnlyDictionary<string, string> With(ScriptOptions options)
    {
        bool ipv6 = options.Mode != IpMode.IPv4;
        var all = new Dictionary<string, string>(options.Definitions, StringComparer.Ordinal);
        all.TryAdd("CMSG_LEVEL_IP", ipv6 ? "SOL_IPV6" : "SOL_IP");
        all.TryAdd("CMSG_TYPE_RECVERR", ipv6 ? "IPV6_RECVERR" : "IP_RECVERR");
        return all;
    }
}
