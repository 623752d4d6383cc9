using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Catenet.Core;

/// <summary>Asks the processor to fetch an object into its cache ahead of use; a hint that has no effect but on time.</summary>
public static class Prefetch
{
    /// <summary>Octets of a cache line.</summary>
    private const int Line = 64;

    /// <summary>Fetches the first lines of an object. The object is not touched, so this never waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Object(object target, int lines)
    {
        if (Sse.IsSupported)
        {
            // The address may be stale by the time it is used, when the collector moves the object: a prefetch of a wrong address does no harm.
            byte* address = *(byte**)Unsafe.AsPointer(ref target);
            for (int i = 0; i < lines; i++)
            {
                Sse.Prefetch0(address + (i * Line));
            }
        }
    }
}
