namespace Catenet.Kernel.Netfilter;

/// <summary>When a NAT uses an inside endpoint's outside port again (RFC 4787 4.1).</summary>
public enum NatMappingKind : byte
{
    /// <summary>As Linux does: for every destination as long as that is unambiguous; the same outside port may serve several inside endpoints.</summary>
    Linux,

    /// <summary>For every destination; the outside port belongs to one inside endpoint.</summary>
    EndpointIndependent,

    /// <summary>For every port of one destination address.</summary>
    AddressDependent,

    /// <summary>For one destination address and port: a "symmetric" NAT.</summary>
    AddressAndPortDependent,
}

/// <summary>Whose packets a NAT lets in through a mapping (RFC 4787 5).</summary>
public enum NatFilteringKind : byte
{
    /// <summary>Only of an address and port that the inside has sent to.</summary>
    AddressAndPortDependent,

    /// <summary>Of any port of an address that the inside has sent to.</summary>
    AddressDependent,

    /// <summary>Of anybody: a "full cone".</summary>
    EndpointIndependent,
}

/// <summary>How a NAT behaves towards programs that must find a way through it (RFC 4787, RFC 5382).</summary>
/// <param name="Mapping">When an outside port is used again.</param>
/// <param name="Filtering">Whose packets come in.</param>
/// <param name="PreservePorts">Whether an inside port is kept outside while it is free (RFC 4787 4.2.1).</param>
public sealed record NatBehaviour(NatMappingKind Mapping, NatFilteringKind Filtering, bool PreservePorts = true)
{
    /// <summary>What a Linux router does.</summary>
    public static NatBehaviour Linux { get; } = new(NatMappingKind.Linux, NatFilteringKind.AddressAndPortDependent);

    /// <summary>Anybody may send to a mapping.</summary>
    public static NatBehaviour FullCone { get; } = new(NatMappingKind.EndpointIndependent, NatFilteringKind.EndpointIndependent);

    /// <summary>Any port of an address sent to may answer.</summary>
    public static NatBehaviour RestrictedCone { get; } = new(NatMappingKind.EndpointIndependent, NatFilteringKind.AddressDependent);

    /// <summary>Only the very endpoint sent to may answer.</summary>
    public static NatBehaviour PortRestrictedCone { get; } = new(NatMappingKind.EndpointIndependent, NatFilteringKind.AddressAndPortDependent);

    /// <summary>Every destination sees another, random port.</summary>
    public static NatBehaviour Symmetric { get; } =
        new(NatMappingKind.AddressAndPortDependent, NatFilteringKind.AddressAndPortDependent, PreservePorts: false);
}
