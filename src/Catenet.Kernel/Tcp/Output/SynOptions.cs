using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>The options of a SYN, in Linux's order: MSS, SACK permitted, timestamps, window scale.</summary>
internal static class SynOptions
{
    /// <param name="options">Where to write.</param>
    /// <param name="mss">The MSS to announce.</param>
    /// <param name="sack">Whether to permit SACK.</param>
    /// <param name="timestamps">Whether to send timestamps.</param>
    /// <param name="value">TSval.</param>
    /// <param name="echo">TSecr.</param>
    /// <param name="scale">The window's shift, or -1 for no option.</param>
    /// <param name="accurateEcn">Whether to send accurate ECN's counters, as they are to begin with.</param>
    public static void Write(ref TcpOptionsWriter options, int mss, bool sack, bool timestamps, uint value, uint echo, int scale, bool accurateEcn = false)
    {
        options.AddMaximumSegmentSize((ushort)mss);
        if (timestamps && sack)
        {
            options.AddSackPermittedAndTimestamps(value, echo);
        }
        else if (timestamps)
        {
            options.AddTimestamps(value, echo);
        }

        if (accurateEcn)
        {
            int others = (sack && !timestamps ? 4 : 0) + (scale >= 0 ? 4 : 0);
            var fit = AccurateEcnOption.Find(0, options.Remaining - others, sack && !timestamps ? 2 : scale >= 0 ? 1 : 0);
            if (fit.Exists)
            {
                AccurateEcnOption.Write(ref options, fit.Counters, null);
            }
        }

        if (sack && !timestamps)
        {
            options.AddSackPermitted();
        }

        if (scale >= 0)
        {
            options.AddWindowScale((byte)scale);
        }

        options.Align();
    }
}
