using System.Buffers.Binary;
using Catenet.Linux;
using Catenet.Linux.Native;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>Linux's interface towards the script, with its address and routes, in the namespace of the calling thread.</summary>
internal sealed unsafe class TunInterface : IDisposable
{
    public const string Name = "tun0";

    private const int AddressFamilyV6 = 10;
    private const nuint SIOCADDRT = 0x890B, SIOCSIFADDR = 0x8916, SIOCSIFNETMASK = 0x891C;

    private readonly FileDescriptor _descriptor;

    /// <summary>Makes the interface; it is off until <see cref="SetUp"/>.</summary>
    /// <exception cref="LinuxException">Linux refused.</exception>
    public TunInterface(int mtu)
    {
        string name = Name;
        _descriptor = TunControl.Open(ref name, TunControl.IFF_TUN | TunControl.IFF_NO_PI);
        InterfaceControl.SetMtu(Name, mtu);
        Index = InterfaceControl.Index(Name);
    }

    /// <summary>The descriptor: what is written there Linux receives before write() comes back.</summary>
    public int Descriptor => _descriptor.Value;

    /// <summary>The interface's number.</summary>
    public int Index { get; }

    /// <summary>Switches it on and gives it address and routes: to the peer's network, and to everywhere else.</summary>
    public void SetUp(Addressing addressing)
    {
        if (addressing.Local.IsIPv4)
        {
            AddAddressV4(addressing);
        }

        InterfaceControl.SetUp(Name, true);
        if (addressing.Local.IsIPv4)
        {
            AddRouteV4(addressing.Remote, 24);
            AddRouteV4(InetAddress.AnyIPv4, 0);
        }
        else
        {
            AddAddressV6(addressing);
            AwaitAddressV6();
            AddRouteV6(addressing.Remote, 48);
            AddRouteV6(InetAddress.AnyIPv6, 0);
        }
    }

    public void Dispose() => _descriptor.Dispose();

    private static void AddAddressV4(Addressing addressing)
    {
        Control(Libc.AF_INET, SIOCSIFADDR, Request(addressing.Local), $"give the address {addressing.Local} to {Name}");
        Control(Libc.AF_INET, SIOCSIFNETMASK, Request(InetAddress.FromIPv4(uint.MaxValue << (32 - addressing.PrefixLength))), $"give the prefix length {addressing.PrefixLength} to {Name}");
    }

    /// <summary>struct ifreq with an address.</summary>
    private static byte[] Request(InetAddress address)
    {
        var request = new byte[40];
        System.Text.Encoding.ASCII.GetBytes(Name, request);
        SocketAddresses.Encode(new InetEndpoint(address, 0), ipv6: false).CopyTo(request, 16);
        return request;
    }

    /// <summary>struct rtentry.</summary>
    private static void AddRouteV4(InetAddress network, int prefixLength)
    {
        const ushort Up = 1;
        uint mask = prefixLength == 0 ? 0 : uint.MaxValue << (32 - prefixLength);
        var entry = new byte[120];
        SocketAddresses.Encode(new InetEndpoint(InetAddress.FromIPv4(network.ToIPv4() & mask), 0), ipv6: false).CopyTo(entry, 8);
        SocketAddresses.Encode(new InetEndpoint(InetAddress.AnyIPv4, 0), ipv6: false).CopyTo(entry, 24);
        SocketAddresses.Encode(new InetEndpoint(InetAddress.FromIPv4(mask), 0), ipv6: false).CopyTo(entry, 40);
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(56), Up);
        fixed (byte* name = "tun0\0"u8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(88), (ulong)name);
            Control(Libc.AF_INET, SIOCADDRT, entry, $"add a route to {network}/{prefixLength}");
        }
    }

    /// <summary>struct in6_ifreq.</summary>
    private void AddAddressV6(Addressing addressing)
    {
        var request = new byte[24];
        addressing.Local.CopyTo16(request);
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(16), addressing.PrefixLength);
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(20), Index);
        Control(AddressFamilyV6, SIOCSIFADDR, request, $"give the address {addressing.Local} to {Name}");
    }

    /// <summary>An address is tentative for a moment, even where nobody is asked for it: Linux sees to it in the background.</summary>
    private static void AwaitAddressV6()
    {
        var pause = new TimeSpec { Nanoseconds = 1_000_000 };
        for (int i = 0; i < 1000 && File.ReadLines("/proc/thread-self/net/if_inet6").Any(IsTentative); i++)
        {
            _ = RawCalls.PPoll(null, 0, &pause, null);
        }

        static bool IsTentative(string line) =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, _, var flags, Name] && (Convert.ToInt32(flags, 16) & 0x40) != 0;
    }

    /// <summary>struct in6_rtmsg.</summary>
    private void AddRouteV6(InetAddress network, int prefixLength)
    {
        const uint Up = 1, Metric = 1024;
        var message = new byte[80];
        (prefixLength == 0 ? default : new InetAddress(network.High & (ulong.MaxValue << (64 - prefixLength)), 0)).CopyTo16(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(52), (ushort)prefixLength);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(56), Metric);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(72), Up);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(76), Index);
        Control(AddressFamilyV6, SIOCADDRT, message, $"add a route to {network}/{prefixLength}");
    }

    private static void Control(int family, nuint what, byte[] argument, string verb)
    {
        using var socket = new FileDescriptor(Libc.Socket(family, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0));
        fixed (byte* pointer = argument)
        {
            if (socket.IsInvalid || Libc.Ioctl(socket.Value, what, pointer) < 0)
            {
                throw new LinuxException($"cannot {verb}", Libc.LastError);
            }
        }
    }
}
