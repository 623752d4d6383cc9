using System.Runtime.InteropServices;
using Catenet.Linux.Driving;
using Catenet.Linux.Native;

namespace Catenet.Linux.Devices;

/// <summary>Listens to what Linux says of an interface (rtnetlink, RTNLGRP_LINK): switched on or off, carrier, gone.</summary>
internal sealed unsafe class LinkWatch : FdSource
{
    private const int NETLINK_ROUTE = 0, RTMGRP_LINK = 1, HeaderSize = 16;
    private const ushort RTM_NEWLINK = 16, RTM_DELLINK = 17;

    private readonly FileDescriptor _socket;
    private readonly int _index;
    private readonly uint _wanted;
    private readonly byte[] _buffer = new byte[16 * 1024];

    private LinkWatch(FileDescriptor socket, int index, uint wanted)
    {
        _socket = socket;
        _index = index;
        _wanted = wanted;
    }

    /// <summary>Called when <see cref="IsRunning"/> has changed.</summary>
    public Action? Changed { get; set; }

    /// <summary>Whether the interface is as it must be for frames to pass.</summary>
    public bool IsRunning { get; private set; }

    public override int Descriptor => _socket.Value;

    /// <summary>Begins to listen in the namespace the calling thread is in.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="wanted">The flags (IFF_*) it must have to be called running.</param>
    public static LinkWatch Open(string name, uint wanted)
    {
        var socket = new FileDescriptor(Libc.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, NETLINK_ROUTE));
        byte* address = stackalloc byte[12];
        new Span<byte>(address, 12).Clear();
        *(ushort*)address = Libc.AF_NETLINK;
        *(uint*)(address + 8) = RTMGRP_LINK;
        if (socket.IsInvalid || Libc.Bind(socket.Value, address, 12) < 0)
        {
            throw new LinuxException("cannot listen to the state of interfaces (rtnetlink)", Libc.LastError);
        }

        try
        {
            return new LinkWatch(socket, InterfaceControl.Index(name), wanted) { IsRunning = (InterfaceControl.Flags(name) & wanted) == wanted };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The interface does not exist any more.</summary>
    public void Gone() => Become(false);

    public void Close() => _socket.Dispose();

    protected internal override void OnReadable()
    {
        while (!_socket.IsClosed)
        {
            nint count;
            fixed (byte* buffer = _buffer)
            {
                count = Libc.Read(Descriptor, buffer, _buffer.Length);
            }

            if (count <= 0)
            {
                return;
            }

            ReadMessages(_buffer.AsSpan(0, (int)count));
        }
    }

    private void ReadMessages(ReadOnlySpan<byte> messages)
    {
        while (messages.Length >= HeaderSize + 16)
        {
            int length = MemoryMarshal.Read<int>(messages);
            ushort type = MemoryMarshal.Read<ushort>(messages[4..]);
            var info = messages[HeaderSize..];
            if (type is RTM_NEWLINK or RTM_DELLINK && MemoryMarshal.Read<int>(info[4..]) == _index)
            {
                uint flags = MemoryMarshal.Read<uint>(info[8..]);
                Become(type == RTM_NEWLINK && (flags & _wanted) == _wanted);
            }

            if (length < HeaderSize || length > messages.Length)
            {
                return;
            }

            messages = messages[Math.Min((length + 3) & ~3, messages.Length)..];
        }
    }

    private void Become(bool running)
    {
        if (running != IsRunning)
        {
            IsRunning = running;
            Changed?.Invoke();
        }
    }
}
