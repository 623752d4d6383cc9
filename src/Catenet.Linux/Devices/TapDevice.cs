using Catenet.Core;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;
using Catenet.Linux.Native;

namespace Catenet.Linux.Devices;

/// <summary>A TAP: an Ethernet interface of Linux whose cable ends in this process.</summary>
public sealed class TapDevice : LinuxDevice
{
    private readonly FileDescriptor _first;

    private TapDevice(EpollWaiter waiter, EventLoop loop, string name, MacAddress mac, FileDescriptor[] descriptors)
        : base(waiter, loop, name)
    {
        Mac = mac;
        _first = descriptors[0];
        foreach (var descriptor in descriptors)
        {
            AddQueue(new FrameQueue(this, descriptor));
        }
    }

    /// <summary>The hardware address of Linux's end.</summary>
    public MacAddress Mac { get; }

    /// <summary>Makes the interface, or takes over a persistent one. It is gone when the device is disposed of or the process ends, however it ends.</summary>
    /// <param name="waiter">Waits for its frames; the one that drives the loop.</param>
    /// <param name="loop">The loop its frames come to.</param>
    /// <param name="options">How it is made.</param>
    /// <exception cref="LinuxException">Linux refused; the message says what to do.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public static TapDevice Open(EpollWaiter waiter, EventLoop loop, TapOptions? options = null)
    {
        options ??= new TapOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queues, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Queues, 256, nameof(options));
        return NetworkNamespace.RunIn(options.Namespace, () => Make(waiter, loop, options));
    }

    /// <inheritdoc/>
    public override void OnCarrier(bool up) => TunControl.SetCarrier(_first, up);

    private static TapDevice Make(EpollWaiter waiter, EventLoop loop, TapOptions options)
    {
        string name = options.Name;
        short flags = TunControl.IFF_TAP | TunControl.IFF_NO_PI | TunControl.IFF_VNET_HDR;
        flags |= options.Queues > 1 ? TunControl.IFF_MULTI_QUEUE : (short)0;
        var descriptors = new List<FileDescriptor>();
        try
        {
            for (int i = 0; i < options.Queues; i++)
            {
                descriptors.Add(TunControl.Open(ref name, flags));
            }

            if (options.Mac is { } mac)
            {
                InterfaceControl.SetMac(name, mac);
            }

            InterfaceControl.SetMtu(name, options.Mtu);
            if (options.Up)
            {
                InterfaceControl.SetUp(name, true);
            }

            return new TapDevice(waiter, loop, name, InterfaceControl.Mac(name), [.. descriptors]);
        }
        catch
        {
            descriptors.ForEach(d => d.Dispose());
            throw;
        }
    }
}
