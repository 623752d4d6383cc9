using Catenet.Core;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;
using Catenet.Linux.Native;

namespace Catenet.Linux.Devices;

/// <summary>What TAP and TUN have in common: an interface of Linux that this process made.</summary>
public abstract class TunTapDevice : LinuxDevice
{
    private readonly FileDescriptor[] _descriptors;

    private protected TunTapDevice(EpollWaiter waiter, EventLoop loop, Made made, bool bare)
        : base(waiter, loop, made.Name, made.Watch, made.Offload)
    {
        _descriptors = made.Descriptors;
        Mtu = made.Mtu;
        foreach (var descriptor in _descriptors)
        {
            AddQueue(new TunQueue(this, descriptor, bare));
        }
    }

    /// <summary>The MTU of Linux's end, as it was made.</summary>
    public int Mtu { get; }

    /// <inheritdoc/>
    public override void OnCarrier(bool up) => TunControl.SetCarrier(_descriptors[0], up);

    private protected sealed record Made(string Name, FileDescriptor[] Descriptors, LinkWatch Watch, bool Offload, int Mtu);

    /// <summary>Makes the interface in its namespace.</summary>
    private protected static Made Make(short kind, TapOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queues, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Queues, 256, nameof(options));
        return NetworkNamespace.RunIn(options.Namespace, () => MakeHere(kind, options));
    }

    private protected override void OnLinked()
    {
        foreach (var descriptor in _descriptors)
        {
            TunControl.SetOffload(descriptor, 0);
        }
    }

    private static Made MakeHere(short kind, TapOptions options)
    {
        string name = options.Name;
        short flags = (short)(kind | TunControl.IFF_NO_PI | TunControl.IFF_VNET_HDR | (options.Queues > 1 ? TunControl.IFF_MULTI_QUEUE : 0));
        var descriptors = new List<FileDescriptor>();
        try
        {
            for (int i = 0; i < options.Queues; i++)
            {
                descriptors.Add(TunControl.Open(ref name, flags));
            }

            const uint offloads = TunControl.TUN_F_CSUM | TunControl.TUN_F_TSO4 | TunControl.TUN_F_TSO6 | TunControl.TUN_F_TSO_ECN;
            bool offload = options.Offload && descriptors.TrueForAll(d => TunControl.SetOffload(d, offloads));
            Configure(name, options);
            var watch = LinkWatch.Open(name, (uint)InterfaceControl.IFF_UP);
            return new Made(name, [.. descriptors], watch, offload, options.Mtu);
        }
        catch
        {
            descriptors.ForEach(d => d.Dispose());
            throw;
        }
    }

    private static void Configure(string name, TapOptions options)
    {
        if (options.Mac is { } mac)
        {
            InterfaceControl.SetMac(name, mac);
        }

        if (InterfaceControl.Mtu(name) != options.Mtu)
        {
            InterfaceControl.SetMtu(name, options.Mtu);
        }

        if (options.Up && (InterfaceControl.Flags(name) & (uint)InterfaceControl.IFF_UP) == 0)
        {
            InterfaceControl.SetUp(name, true);
        }
    }
}
