using System.Runtime.InteropServices;

namespace Catenet.Packetdrill.Linux;

/// <summary>Memory for the system calls of one run: it stays where it is until the run is over.</summary>
internal sealed unsafe class Arena : IDisposable
{
    private readonly List<nint> _blocks = [];

    /// <summary>Whether the memory is never given back, since a call may still write to it.</summary>
    public bool IsKept { get; set; }

    /// <summary>Octets of zero.</summary>
    public nint Allocate(long size)
    {
        nint block = (nint)NativeMemory.AllocZeroed((nuint)Math.Max(size, 16));
        _blocks.Add(block);
        return block;
    }

    /// <summary>A copy of something.</summary>
    public nint Copy(ReadOnlySpan<byte> bytes)
    {
        nint block = Allocate(bytes.Length);
        bytes.CopyTo(new Span<byte>((void*)block, bytes.Length));
        return block;
    }

    public void Dispose()
    {
        if (!IsKept)
        {
            _blocks.ForEach(b => NativeMemory.Free((void*)b));
        }

        _blocks.Clear();
    }
}
