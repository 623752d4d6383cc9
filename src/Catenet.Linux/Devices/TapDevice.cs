using Catenet.Core;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;
using Catenet.Linux.Native;

namespace Catenet.Linux.Devices;

/// <summary>A TAP: an Ethernet interface of Linux whose cable ends in this process.</summary>
public sealed class TapDevice : TunTapDevice
{
    private TapDevice(EpollWaiter waiter, EventLoop loop, Made made, MacAddress mac)
        : base(waiter, loop, made, bare: false)
    {
        Mac = mac;
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
        var made = Make(TunControl.IFF_TAP, options);
        return new TapDevice(waiter, loop, made, NetworkNamespace.RunIn(options.Namespace, () => InterfaceControl.Mac(made.Name)));
    }
}
