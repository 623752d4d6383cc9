namespace Catenet.Kernel.Tcp;

/// <summary>A congestion control that tells about itself (Linux's TCP_CC_INFO).</summary>
public interface ICongestionReport
{
    /// <summary>Its values by Linux's names, such as <c>bbr_bw_lo</c>; in the units of Linux.</summary>
    IEnumerable<KeyValuePair<string, long>> Report();
}
