using System.Runtime.InteropServices;
using Catenet.Linux.Native;

namespace Catenet.Packetdrill.Linux;

/// <summary>Linux's system calls as scripts make them; those that <see cref="Libc"/> has not got.</summary>
internal static unsafe partial class RawCalls
{
    private const string Name = "libc";

    /// <summary>The result of a call that has just come back: its value, or the error's number, negative.</summary>
    public static long Result(nint value) => value >= 0 ? value : -Marshal.GetLastPInvokeError();

    [LibraryImport(Name, EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    public static partial int GetTime(int clock, TimeSpec* time);

    [LibraryImport(Name, EntryPoint = "sched_setscheduler", SetLastError = true)]
    public static partial int SetScheduler(int thread, int policy, int* priority);

    [LibraryImport(Name, EntryPoint = "ppoll", SetLastError = true)]
    public static partial int PPoll(PollEntry* entries, nuint count, TimeSpec* limit, void* signals);

    [LibraryImport(Name, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(void* entries, nuint count, int milliseconds);

    [LibraryImport(Name, EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int descriptor, int backlog);

    [LibraryImport(Name, EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int descriptor, void* address, uint* length, int flags);

    [LibraryImport(Name, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, void* address, uint length);

    [LibraryImport(Name, EntryPoint = "shutdown", SetLastError = true)]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport(Name, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int descriptor, void* address, uint* length);

    [LibraryImport(Name, EntryPoint = "getpeername", SetLastError = true)]
    public static partial int GetPeerName(int descriptor, void* address, uint* length);

    [LibraryImport(Name, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetSocketOption(int descriptor, int level, int option, void* value, uint* length);

    [LibraryImport(Name, EntryPoint = "recvfrom", SetLastError = true)]
    public static partial nint ReceiveFrom(int descriptor, void* buffer, nuint length, int flags, void* address, uint* addressLength);

    [LibraryImport(Name, EntryPoint = "sendto", SetLastError = true)]
    public static partial nint SendTo(int descriptor, void* buffer, nuint length, int flags, void* address, uint addressLength);

    [LibraryImport(Name, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(int descriptor, Message* message, int flags);

    [LibraryImport(Name, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int descriptor, Message* message, int flags);

    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Fcntl(int descriptor, int command, nint argument);

    [LibraryImport(Name, EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe(int* ends, int flags);

    [LibraryImport(Name, EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int CreateMemoryFile(string name, uint flags);

    [LibraryImport(Name, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(int descriptor, long length);

    [LibraryImport(Name, EntryPoint = "sendfile", SetLastError = true)]
    public static partial nint SendFile(int to, int from, long* offset, nuint count);

    [LibraryImport(Name, EntryPoint = "splice", SetLastError = true)]
    public static partial nint Splice(int from, long* fromOffset, int to, long* toOffset, nuint count, uint flags);

    [LibraryImport(Name, EntryPoint = "epoll_create", SetLastError = true)]
    public static partial int EpollCreate(int size);
}

/// <summary>struct pollfd.</summary>
internal struct PollEntry
{
    public int Descriptor;
    public short Events;
    public short Results;
}

/// <summary>struct epoll_event, which has no gap on x86-64.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct EpollEvent
{
    public uint Events;
    public ulong Data;
}

/// <summary>struct msghdr on 64-bit Linux.</summary>
internal unsafe struct Message
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}
