using Catenet.Wire.Link;

namespace Catenet.Wire.Dissection;

/// <summary>Takes frames apart into layers and fields, by the field tables of the protocols.</summary>
/// <remarks>Pure and thread-safe; takes any octets whatever without throwing. It allocates: keep it off the packet path.</remarks>
public static class Dissector
{
    /// <summary>Takes a frame apart.</summary>
    /// <param name="frame">The frame from its first header on, without preamble and frame check sequence.</param>
    /// <param name="linkType">What it begins with.</param>
    public static FrameDissection Dissect(ReadOnlySpan<byte> frame, LinkType linkType = LinkType.Ethernet)
    {
        var scope = new Scope(frame, 0);
        var root = linkType switch
        {
            LinkType.Ethernet => LinkDissector.Ethernet(scope),
            LinkType.IPv4 => IPv4Dissector.Dissect(scope),
            LinkType.IPv6 => IPv6Dissector.Dissect(scope),
            LinkType.RawIp => IpDissector.ByVersion(scope),
            _ => DataFields.Layer(scope, 2),
        };
        return new FrameDissection(root, frame.Length);
    }
}
