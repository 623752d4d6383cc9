using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Netfilter;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;

namespace Catenet.Lab.Running;

/// <summary>Makes a node's address translations.</summary>
internal static class NatBuilder
{
    public static void Build(Host host, PlannedNat planned)
    {
        var nat = host.Netfilter.Nat;
        switch (planned.Kind)
        {
            case NatKind.Masquerade:
                foreach (var match in FilterBuilder.Matches(planned.Match))
                {
                    nat.Add(HookPoint.PostRouting, match, NatTarget.Masquerade, planned.Text);
                }

                break;
            case NatKind.Forward:
                foreach (var match in FilterBuilder.Matches(planned.Match))
                {
                    ushort port = (ushort)(planned.TargetPort ?? match.DestinationPorts?.First ?? 0);
                    nat.Add(HookPoint.PreRouting, match, NatTarget.ToDestination(new InetEndpoint(planned.Target!.Value, port)), planned.Text);
                }

                break;
            default:
                nat.OneToOne(planned.Target!.Value, planned.Outside!.Value);
                break;
        }
    }
}
