using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What signs the segments of a flow: the option of RFC 2385 or that of RFC 5925.</summary>
internal abstract class SegmentAuthentication
{
    /// <summary>The octets that the option takes in a header, padding included.</summary>
    public abstract int OptionSize { get; }

    /// <summary>Adds the option, its signature still zero.</summary>
    public abstract void AddOption(ref TcpOptionsWriter options);

    /// <summary>Fills the signature in when all of the segment but its checksum is there.</summary>
    public abstract void Sign(DigestInput input, in SegmentImage segment);

    /// <summary>The peer's initial sequence number has become known.</summary>
    public virtual void OnPeerSyn(SeqNumber irs)
    {
    }
}
