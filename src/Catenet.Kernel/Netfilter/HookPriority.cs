namespace Catenet.Kernel.Netfilter;

/// <summary>The order of the hooks at one point, lowest first, as Linux numbers them (enum nf_ip_hook_priorities).</summary>
public static class HookPriority
{
    /// <summary>Before connection tracking: rules that exempt packets from it.</summary>
    public const int Raw = -300;

    /// <summary>Connection tracking.</summary>
    public const int Tracking = -200;

    /// <summary>Rules that mark packets before they are routed.</summary>
    public const int Mangle = -150;

    /// <summary>Translation of destinations.</summary>
    public const int DestinationNat = -100;

    /// <summary>Ordinary filter rules.</summary>
    public const int Filter = 0;

    /// <summary>Rules that have the last word after the ordinary ones: security groups.</summary>
    public const int Security = 50;

    /// <summary>Translation of sources.</summary>
    public const int SourceNat = 100;

    /// <summary>New connections enter the table, since the packet leaves.</summary>
    public const int Confirm = int.MaxValue;
}
