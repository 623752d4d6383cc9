using Catenet.Core;

namespace Catenet.Linux.Native;

/// <summary>What one asks of an interface, as <c>ip link</c> does. Speaks of the namespace the calling thread is in.</summary>
internal static unsafe class InterfaceControl
{
    private const nuint SIOCGIFFLAGS = 0x8913, SIOCSIFFLAGS = 0x8914, SIOCGIFMTU = 0x8921, SIOCSIFMTU = 0x8922;
    private const nuint SIOCSIFHWADDR = 0x8924, SIOCGIFHWADDR = 0x8927, SIOCGIFINDEX = 0x8933;
    public const short IFF_UP = 1, IFF_RUNNING = 0x40;
    private const ushort ARPHRD_ETHER = 1;

    /// <summary>Its IFF_* flags as far as they fit into 16 bits.</summary>
    public static uint Flags(string name)
    {
        var request = InterfaceRequest.For(name);
        Control(SIOCGIFFLAGS, &request, name, "look at");
        return (ushort)request.Flags;
    }

    public static void SetUp(string name, bool up)
    {
        var request = InterfaceRequest.For(name);
        Control(SIOCGIFFLAGS, &request, name, "look at");
        request.Flags = (short)(up ? request.Flags | IFF_UP : request.Flags & ~IFF_UP);
        Control(SIOCSIFFLAGS, &request, name, up ? "switch on" : "switch off");
    }

    public static int Mtu(string name)
    {
        var request = InterfaceRequest.For(name);
        Control(SIOCGIFMTU, &request, name, "read the MTU of");
        return request.Value;
    }

    public static void SetMtu(string name, int mtu)
    {
        var request = InterfaceRequest.For(name);
        request.Value = mtu;
        Control(SIOCSIFMTU, &request, name, $"give the MTU {mtu} to");
    }

    public static MacAddress Mac(string name)
    {
        var request = InterfaceRequest.For(name);
        Control(SIOCGIFHWADDR, &request, name, "read the hardware address of");
        return new MacAddress(new ReadOnlySpan<byte>(request.Address, MacAddress.Size));
    }

    public static void SetMac(string name, MacAddress mac)
    {
        var request = InterfaceRequest.For(name);
        request.AddressFamily = ARPHRD_ETHER;
        mac.CopyTo(new Span<byte>(request.Address, MacAddress.Size));
        Control(SIOCSIFHWADDR, &request, name, $"give the hardware address {mac} to");
    }

    public static int Index(string name)
    {
        var request = InterfaceRequest.For(name);
        Control(SIOCGIFINDEX, &request, name, "find");
        return request.Value;
    }

    private static void Control(nuint what, InterfaceRequest* request, string name, string verb)
    {
        using var socket = new FileDescriptor(Libc.Socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0));
        int result = socket.IsInvalid ? -1 : Libc.Ioctl(socket.Value, what, request);
        if (result < 0)
        {
            int error = Libc.LastError;
            throw new LinuxException($"cannot {verb} the interface {name}", error, error switch
            {
                Errno.ENODEV => $"There is no interface {name} in this network namespace: see `ip link`",
                Errno.EPERM => "Changing interfaces takes the capability CAP_NET_ADMIN in the network namespace: run as root, or in a network namespace of your own",
                _ => null,
            });
        }
    }
}
