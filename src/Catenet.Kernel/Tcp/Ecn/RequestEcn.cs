using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>What a half-open request has agreed to, in an octet: there may be very many of them.</summary>
internal readonly struct RequestEcn(byte bits)
{
    /// <summary>As the record keeps it, in four bits: a field of a structure's type would take eight octets there.</summary>
    public byte Bits => bits;

    public EcnMode Mode => (EcnMode)(bits & 3);

    /// <summary>The ECN field of our SYN-ACK.</summary>
    public byte Sent => (byte)(bits >> 2 & EcnField.Mask);

    /// <summary>What our SYN-ACK has in its flags.</summary>
    public TcpFlags SynAckFlags(byte synTrafficClass) => Mode switch
    {
        EcnMode.Classic => TcpFlags.Ece,
        EcnMode.Accurate => EcnNegotiation.Reflection((byte)(synTrafficClass & EcnField.Mask)),
        _ => TcpFlags.None,
    };

    /// <summary>Decides on a SYN (RFC 3168 6.1.1, RFC 9768 3.1.2).</summary>
    /// <param name="s">The SYN.</param>
    /// <param name="settings">The host's settings.</param>
    /// <param name="feature">Whether the route back has the feature <c>ecn</c>.</param>
    /// <param name="needed">Whether the listener's congestion control needs ECN.</param>
    public static RequestEcn Of(in Segment s, TcpSettings settings, bool feature, bool needed)
    {
        var mode = EcnMode.Disabled;
        if (settings.Ecn >= 3 && EcnNegotiation.AsksForAccurate(s.Flags))
        {
            mode = EcnMode.Accurate;
        }
        else if (EcnNegotiation.AsksForClassic(s.Flags))
        {
            // A SYN must not be marked, so that a marked one comes through something that marks at random; accurate ECN's SYN may be (RFC 9768 2.5).
            bool credible = s.EcnField == EcnField.NotCapable || s.Has(TcpFlags.Ae);
            mode = needed || (credible && (settings.Ecn != 0 || feature)) ? EcnMode.Classic : EcnMode.Disabled;
        }

        byte sent = needed ? EcnField.Ect0 : EcnField.NotCapable;
        return new RequestEcn((byte)((byte)mode | sent << 2));
    }
}
