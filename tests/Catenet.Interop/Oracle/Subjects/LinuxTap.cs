using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Catenet.Interop.Oracle.Subjects;

/// <summary>A TAP of the namespace that the calling thread is in: what is written here, Linux receives, before write() returns.</summary>
internal sealed class LinuxTap : IDisposable
{
    private const int ReadWrite = 2;
    private const nuint TunSetInterface = 0x4004_54CA;
    private const ushort TapWithoutHeader = 0x1002;

    private readonly byte[] _buffer = new byte[70000];

    public LinuxTap(string name)
    {
        Descriptor = LinuxCalls.Open("/dev/net/tun", ReadWrite | LinuxCalls.NonBlocking | LinuxCalls.CloseOnExec);
        var request = new byte[40];
        Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request.AsSpan(16), TapWithoutHeader);
        if (Descriptor < 0 || LinuxCalls.IoControl(Descriptor, TunSetInterface, request) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public int Descriptor { get; }

    /// <summary>Puts a frame on the wire. Linux may refuse one that is no Ethernet frame at all.</summary>
    public void Write(byte[] frame)
    {
        if (LinuxCalls.Write(Descriptor, frame, (nuint)frame.Length) != frame.Length)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>The next frame that Linux has sent; null if there is none now.</summary>
    public byte[]? TryRead()
    {
        nint count = LinuxCalls.Read(Descriptor, _buffer, (nuint)_buffer.Length);
        return count < 0 ? null : _buffer[..(int)count];
    }

    public void Dispose() => LinuxCalls.Close(Descriptor);
}
