using Catenet.Core;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;
using Catenet.Linux.Native;

namespace Catenet.Linux.Devices;

/// <summary>A packet socket (AF_PACKET): Catenet shares an interface that Linux has already, as a second station on its wire.</summary>
/// <remarks>
/// What Linux itself sends to the Catenet host by this interface does not reach it, since that leaves by the wire; use a TAP
/// or a veth pair to talk to the same machine.
/// </remarks>
public sealed class PacketSocketDevice : LinuxDevice
{
    private PacketSocketDevice(EpollWaiter waiter, EventLoop loop, PacketSocketOptions options, Opened opened)
        : base(waiter, loop, options.Interface, opened.Watch, options.Offload)
    {
        Mtu = opened.Mtu;
        Mac = opened.Mac;
        AddQueue(new PacketSocketQueue(this, opened.Socket));
    }

    /// <summary>The interface's MTU, as it was found.</summary>
    public int Mtu { get; }

    /// <summary>The interface's own hardware address, which is Linux's.</summary>
    public MacAddress Mac { get; }

    /// <summary>Puts a packet socket onto an interface.</summary>
    /// <param name="waiter">Waits for its frames; the one that drives the loop.</param>
    /// <param name="loop">The loop its frames come to.</param>
    /// <param name="options">Which interface, and how.</param>
    /// <exception cref="LinuxException">Linux refused; the message says what to do.</exception>
    public static PacketSocketDevice Open(EpollWaiter waiter, EventLoop loop, PacketSocketOptions options) =>
        new(waiter, loop, options, NetworkNamespace.RunIn(options.Namespace, () => OpenHere(options)));

    /// <summary>Nothing: the carrier is that of Linux's wire.</summary>
    public override void OnCarrier(bool up)
    {
    }

    private static Opened OpenHere(PacketSocketOptions options)
    {
        int index = InterfaceControl.Index(options.Interface);
        var socket = PacketControl.Open(options.Interface, index, options.Promiscuous);
        try
        {
            return new Opened(socket, LinkWatch.Open(options.Interface, InterfaceControl.IFF_UP | InterfaceControl.IFF_RUNNING),
                InterfaceControl.Mtu(options.Interface), InterfaceControl.Mac(options.Interface));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed record Opened(FileDescriptor Socket, LinkWatch Watch, int Mtu, MacAddress Mac);
}
