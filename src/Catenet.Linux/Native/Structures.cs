using System.Runtime.InteropServices;

namespace Catenet.Linux.Native;

/// <summary>struct iovec.</summary>
internal unsafe struct IoVector(void* address, nint length)
{
    public void* Address = address;
    public nint Length = length;
}

/// <summary>struct timespec on 64-bit Linux.</summary>
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}

/// <summary>struct mmsghdr on 64-bit Linux: a message and, after receiving, its length.</summary>
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public long Flags; // An int, and what fills the structure up.
    public uint Length;
}

/// <summary>struct ifreq: an interface's name and one value of it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct InterfaceRequest
{
    /// <summary>The longest name, without the zero at its end (IFNAMSIZ - 1).</summary>
    public const int LongestName = 15;

    [FieldOffset(0)]
    public fixed byte Name[16];

    [FieldOffset(16)]
    public short Flags;

    [FieldOffset(16)]
    public int Value;

    [FieldOffset(16)]
    public ushort AddressFamily;

    [FieldOffset(18)]
    public fixed byte Address[6];

    /// <summary>The name as text.</summary>
    public readonly string NameText
    {
        get
        {
            fixed (byte* name = Name)
            {
                return Marshal.PtrToStringUTF8((nint)name)!;
            }
        }
    }

    /// <summary>Makes a request about an interface.</summary>
    /// <exception cref="ArgumentException">The name does not fit.</exception>
    public static InterfaceRequest For(string name)
    {
        var request = default(InterfaceRequest);
        if (System.Text.Encoding.UTF8.GetByteCount(name) > LongestName || name.AsSpan().IndexOfAny("/ \t\n:") >= 0)
        {
            throw new ArgumentException(
                $"'{name}' cannot be the name of an interface: at most {LongestName} octets, without slash, colon and blanks.", nameof(name));
        }

        System.Text.Encoding.UTF8.GetBytes(name, new Span<byte>(request.Name, LongestName));
        return request;
    }
}
