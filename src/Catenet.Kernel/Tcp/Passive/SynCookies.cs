using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>SYN cookies (RFC 4987 3.6): our initial sequence number says all that a request must know, so that a flood of SYNs costs no memory.</summary>
/// <remarks>
/// As in Linux: the number is a hash of the endpoints, plus the peer's number, plus the minute in the top octet, plus in the rest a
/// second hash that depends on the minute and carries which of four segment sizes is meant. Scale and SACK go into the low
/// bits of the timestamp of the SYN-ACK; a peer without timestamps does without them.
/// </remarks>
internal static class SynCookies
{
    private const int CookieBits = 24;
    private const uint CookieMask = (1u << CookieBits) - 1;
    private const long Period = 60_000_000_000;

    /// <summary>For how many minutes a cookie is good.</summary>
    private const uint MaxAge = 2;
    private const int OptionBits = 6;
    private const uint NoScale = 15;
    private const uint SackBit = 16;
    private const uint EcnBit = 32;

    private static readonly ushort[] SizesIPv4 = [536, 1300, 1440, 1460];
    private static readonly ushort[] SizesIPv6 = [1220, 1420, 1440, 8940];

    /// <summary>How long after the last cookie was sent acknowledgments are looked at.</summary>
    public static Duration Validity => new(MaxAge * Period);

    /// <summary>Turns a request that nobody will remember into a cookie.</summary>
    public static void Encode(RequestRecord r)
    {
        var sizes = SizesOf(r);
        int index = sizes.Length - 1;
        while (index > 0 && r.PeerMss < sizes[index])
        {
            index--;
        }

        r.PeerMss = sizes[index];
        r.Flags |= RequestFlags.Cookie;
        var secret = r.Layer.Secret;
        uint minute = Minute(r.Layer);
        r.Iss = new SeqNumber(secret.Cookie(r.LocalEndpoint, r.RemoteEndpoint, 0, second: false) + r.Irs.Value + (minute << CookieBits)
            + ((secret.Cookie(r.LocalEndpoint, r.RemoteEndpoint, minute, second: true) + (uint)index) & CookieMask));
        r.Layer.Counters.SynCookiesSent++;
    }

    /// <summary>TSval of a SYN-ACK with a cookie: the options, in a time that has been.</summary>
    public static uint Timestamp(RequestRecord r)
    {
        uint now = Timestamps.ToTicks(r.Layer.Host.Loop.Now);
        uint options = (r.PeerScale == RequestRecord.NoScale ? NoScale : r.PeerScale)
            | (r.Sack ? SackBit : 0) | (r.Ecn.Mode == EcnMode.Classic ? EcnBit : 0);
        uint value = (now >> OptionBits << OptionBits) | options;
        return (value > now ? value - (1u << OptionBits) : value) + r.Layer.TimestampOffset(r.LocalAddress, r.RemoteAddress);
    }

    /// <summary>Rebuilds the request from the acknowledgment of our SYN-ACK.</summary>
    /// <returns>False if it acknowledges no cookie of ours, or one with options that are no longer offered.</returns>
    public static bool TryDecode(RequestRecord r, in Segment s)
    {
        r.Irs = s.Seq - 1;
        r.Iss = s.Ack - 1;
        var secret = r.Layer.Secret;
        uint cookie = r.Iss.Value - secret.Cookie(r.LocalEndpoint, r.RemoteEndpoint, 0, second: false) - r.Irs.Value;
        uint minute = Minute(r.Layer);
        uint age = (minute - (cookie >> CookieBits)) & (uint.MaxValue >> CookieBits);
        if (age >= MaxAge)
        {
            return false;
        }

        uint index = (cookie - secret.Cookie(r.LocalEndpoint, r.RemoteEndpoint, minute - age, second: true)) & CookieMask;
        var sizes = SizesOf(r);
        if (index >= sizes.Length)
        {
            return false;
        }

        r.PeerMss = sizes[index];
        r.Flags |= RequestFlags.Cookie;
        return TryDecodeOptions(r, in s);
    }

    private static bool TryDecodeOptions(RequestRecord r, in Segment s)
    {
        if (!s.Options.HasTimestamps)
        {
            return true;
        }

        var settings = r.Layer.Settings;
        uint options = s.Options.TimestampEcho - (s.Options.TimestampEcho != 0 ? r.Layer.TimestampOffset(r.LocalAddress, r.RemoteAddress) : 0);
        r.Flags |= RequestFlags.Timestamps | ((options & SackBit) != 0 ? RequestFlags.Sack : 0);
        if ((options & EcnBit) != 0 && settings.Ecn != 0)
        {
            r.Ecn = new RequestEcn((byte)EcnMode.Classic);
        }

        r.PeerTimestamp = s.Options.TimestampValue;
        r.PeerScale = (options & NoScale) == NoScale ? RequestRecord.NoScale : (byte)(options & NoScale);
        return settings.Timestamps && (!r.Sack || settings.Sack) && (r.PeerScale == RequestRecord.NoScale || settings.WindowScaling);
    }

    private static ushort[] SizesOf(RequestRecord r) => r.LocalAddress.IsIPv4 ? SizesIPv4 : SizesIPv6;

    /// <summary>The minute of the host's time.</summary>
    private static uint Minute(TcpLayer layer) => (uint)(layer.Host.Loop.Now.Nanoseconds / Period);
}
