using System.Buffers.Binary;

namespace Catenet.Linux.Native;

/// <summary>Opens packet sockets (linux/if_packet.h).</summary>
internal static unsafe class PacketControl
{
    public const int SOL_PACKET = 263, PACKET_AUXDATA = 8;

    /// <summary>Octets of struct tpacket_auxdata, and where in it the VLAN tag stands.</summary>
    public const int AuxSize = 20, AuxStatus = 0, AuxTag = 16;

    /// <summary>The auxiliary data speak of a VLAN tag.</summary>
    public const uint TP_STATUS_VLAN_VALID = 0x10;

    private const int PACKET_ADD_MEMBERSHIP = 1, PACKET_VNET_HDR = 15, PACKET_IGNORE_OUTGOING = 23;
    private const ushort PACKET_MR_PROMISC = 1, ETH_P_ALL = 3;

    public static FileDescriptor Open(string name, int index, bool promiscuous)
    {
        // Made without a protocol, it receives nothing until it is bound to its interface.
        var socket = new FileDescriptor(Libc.Socket(Libc.AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, 0));
        if (socket.IsInvalid)
        {
            int error = Libc.LastError;
            throw new LinuxException($"cannot open a packet socket on {name}", error, error == Errno.EPERM
                ? "It takes the capability CAP_NET_RAW in the network namespace: run as root, or `setcap cap_net_raw+ep` on the program"
                : null);
        }

        try
        {
            Set(socket, PACKET_VNET_HDR, 1, "ask for virtio headers");
            Set(socket, PACKET_AUXDATA, 1, "ask for VLAN tags");
            Set(socket, PACKET_IGNORE_OUTGOING, 1, "leave out what Linux sends");
            Bind(socket, name, index);
            if (promiscuous)
            {
                Join(socket, name, index);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Bind(FileDescriptor socket, string name, int index)
    {
        byte* address = stackalloc byte[20]; // struct sockaddr_ll
        new Span<byte>(address, 20).Clear();
        *(ushort*)address = Libc.AF_PACKET;
        *(ushort*)(address + 2) = BinaryPrimitives.ReverseEndianness(ETH_P_ALL);
        *(int*)(address + 4) = index;
        if (Libc.Bind(socket.Value, address, 20) < 0)
        {
            throw new LinuxException($"cannot put a packet socket onto {name}", Libc.LastError, $"Is {name} switched on (`ip link set {name} up`)?");
        }
    }

    private static void Join(FileDescriptor socket, string name, int index)
    {
        byte* request = stackalloc byte[16]; // struct packet_mreq
        new Span<byte>(request, 16).Clear();
        *(int*)request = index;
        *(ushort*)(request + 4) = PACKET_MR_PROMISC;
        if (Libc.SetSocketOption(socket.Value, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request, 16) < 0)
        {
            throw new LinuxException($"cannot make {name} promiscuous", Libc.LastError, "Open the packet socket without Promiscuous, with the interface's own hardware address");
        }
    }

    private static void Set(FileDescriptor socket, int option, int value, string what)
    {
        if (Libc.SetSocketOption(socket.Value, SOL_PACKET, option, &value, sizeof(int)) < 0)
        {
            throw new LinuxException($"cannot {what} on a packet socket", Libc.LastError, "Linux 4.20 or later is needed");
        }
    }
}
