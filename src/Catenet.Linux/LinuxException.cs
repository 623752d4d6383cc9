using System.Runtime.InteropServices;

namespace Catenet.Linux;

/// <summary>Linux refused something. The message says what, why, and what to do about it.</summary>
public sealed class LinuxException : IOException
{
    /// <summary>Makes an error.</summary>
    /// <param name="what">What was tried: <c>cannot open /dev/net/tun</c>.</param>
    /// <param name="errno">Linux's error number.</param>
    /// <param name="advice">What to do about it; null if nothing better is known than Linux's own words.</param>
    public LinuxException(string what, int errno, string? advice = null)
        : base($"{what}: {Marshal.GetPInvokeErrorMessage(errno)}{(advice is null ? "." : $". {advice}")}")
    {
        ErrorNumber = errno;
    }

    /// <summary>Linux's error number (errno).</summary>
    public int ErrorNumber { get; }
}
