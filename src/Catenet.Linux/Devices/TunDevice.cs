using Catenet.Core;
using Catenet.Kernel.Devices;
using Catenet.Linux.Driving;
using Catenet.Linux.Native;

namespace Catenet.Linux.Devices;

/// <summary>A TUN: an interface of Linux that carries IP packets without Ethernet header; at its other end there is one Catenet host.</summary>
/// <remarks>Cable it to an interface made by <see cref="DeviceTable.AddPointToPoint"/>. It cannot be plugged into a link, whose frames are Ethernet's.</remarks>
public sealed class TunDevice : TunTapDevice
{
    private TunDevice(EpollWaiter waiter, EventLoop loop, Made made)
        : base(waiter, loop, made, bare: true)
    {
    }

    /// <summary>Makes the interface, or takes over a persistent one. It is gone when the device is disposed of or the process ends, however it ends.</summary>
    /// <param name="waiter">Waits for its packets; the one that drives the loop.</param>
    /// <param name="loop">The loop its packets come to.</param>
    /// <param name="options">How it is made; there is no hardware address to choose.</param>
    /// <exception cref="LinuxException">Linux refused; the message says what to do.</exception>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public static TunDevice Open(EpollWaiter waiter, EventLoop loop, TapOptions? options = null)
    {
        options ??= new TapOptions();
        if (options.Mac is not null)
        {
            throw new ArgumentException("A TUN has no hardware address: use a TAP, or leave the address out.", nameof(options));
        }

        return new TunDevice(waiter, loop, Make(TunControl.IFF_TUN, options));
    }

    /// <summary>Not possible: a link carries Ethernet frames.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Connect(ILinkPort link) =>
        throw new NotSupportedException($"{Name} is a TUN: it carries IP packets without Ethernet header and cannot be plugged into a link. Use a TAP.");

    private protected override void CheckEndpoint(IFrameEndpoint endpoint)
    {
        if (endpoint is not EthernetDevice { NeedsNeighbours: false })
        {
            throw new InvalidOperationException($"{Name} is a TUN, on which nobody answers ARP: cable it to an interface made by Devices.AddPointToPoint.");
        }
    }
}
