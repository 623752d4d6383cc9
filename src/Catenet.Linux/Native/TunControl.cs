namespace Catenet.Linux.Native;

/// <summary>Opens /dev/net/tun and says what an interface is to be (linux/if_tun.h).</summary>
internal static unsafe class TunControl
{
    public const string Path = "/dev/net/tun";
    public const short IFF_TUN = 1, IFF_TAP = 2, IFF_NO_PI = 0x1000, IFF_VNET_HDR = 0x4000, IFF_MULTI_QUEUE = 0x100;
    public const uint TUN_F_CSUM = 1, TUN_F_TSO4 = 2, TUN_F_TSO6 = 4, TUN_F_TSO_ECN = 8;

    private const nuint TUNSETIFF = 0x400454ca, TUNSETOFFLOAD = 0x400454d0, TUNSETCARRIER = 0x400454e2;

    /// <summary>Makes the interface, or takes over a persistent one, in the namespace the calling thread is in.</summary>
    /// <param name="name">Its name, or a pattern with <c>%d</c>; the name it got on return.</param>
    /// <param name="flags">What it is to be.</param>
    /// <exception cref="LinuxException">Linux refused; the message says what to do.</exception>
    public static FileDescriptor Open(ref string name, short flags)
    {
        var request = InterfaceRequest.For(name);
        request.Flags = flags;
        var descriptor = new FileDescriptor(Libc.Open(Path, Libc.O_RDWR | Libc.O_NONBLOCK | Libc.O_CLOEXEC));
        if (descriptor.IsInvalid)
        {
            int error = Libc.LastError;
            throw new LinuxException($"cannot open {Path}", error, OpenAdvice(error));
        }

        if (Libc.Ioctl(descriptor.Value, TUNSETIFF, &request) < 0)
        {
            int error = Libc.LastError;
            descriptor.Dispose();
            throw new LinuxException($"cannot make the interface {name}", error, MakeAdvice(error, name));
        }

        name = request.NameText;
        return descriptor;
    }

    /// <summary>Says what Linux may leave for us to do; false if it knows no such thing.</summary>
    public static bool SetOffload(FileDescriptor descriptor, uint features) =>
        Libc.Ioctl(descriptor.Value, TUNSETOFFLOAD, (nint)features) == 0;

    /// <summary>Gives the interface its carrier or takes it away. Linux before 5.0 does not know how; then it keeps it.</summary>
    public static bool SetCarrier(FileDescriptor descriptor, bool up)
    {
        int value = up ? 1 : 0;
        return Libc.Ioctl(descriptor.Value, TUNSETCARRIER, &value) == 0;
    }

    public static string? OpenAdvice(int error) => error switch
    {
        Errno.ENOENT => "The device file does not exist. Load the module (`modprobe tun`); in a container, pass the device in (docker run --device /dev/net/tun)",
        Errno.ENODEV or Errno.ENXIO => "The kernel has no TUN/TAP driver: load the module (`modprobe tun`) on the machine itself",
        Errno.EACCES or Errno.EPERM => "The device file is not open to this user: `chmod 0666 /dev/net/tun`, or run as root; a container must be allowed the device (docker run --device /dev/net/tun)",
        _ => null,
    };

    private static string? MakeAdvice(int error, string name) => error switch
    {
        Errno.EBUSY => $"The name is taken: another program has {name} open. Choose another name, or leave the choice to Linux (catenet%d)",
        Errno.EINVAL => $"An interface {name} exists and is of another kind (see `ip -d link show {name}`): choose another name",
        Errno.EPERM => "Making an interface takes the capability CAP_NET_ADMIN in the network namespace: run as root, make it in a network namespace of your own, or let root make a persistent one for you (`ip tuntap add dev NAME mode tap user YOU`)",
        _ => null,
    };
}
