using Catenet.Wire.Dissection;
using Catenet.Wire.Dns;
using Catenet.Wire.Internet;
using Catenet.Wire.Internet.Multicast;
using Catenet.Wire.Internet.Ndp;
using Catenet.Wire.Link;
using Catenet.Wire.Tls;
using Catenet.Wire.Transport;

namespace Catenet.Wire.Tests;

/// <summary>Damaged and random octets into every parser: nothing may throw, and DEBUG builds check every read of a view.</summary>
public class MutationTests
{
    private const int Rounds = 300_000;

    [Fact]
    public void Every_frame_cut_at_every_octet_is_dissected()
    {
        foreach (var (_, frame) in Frames.All())
        {
            for (int length = 0; length <= frame.Length; length += length < 200 ? 1 : 97)
            {
                Consume(frame.AsSpan(0, length));
            }
        }
    }

    [Fact]
    public void Hundreds_of_thousands_of_damaged_frames_are_dissected()
    {
        byte[][] frames = [.. Frames.All().Select(f => f.Frame)];
        ulong state = 0x5EED;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] frame = frames[(int)(Next(ref state) % (ulong)frames.Length)];
            frame = frame[..Math.Min(frame.Length, 200)];
            int changes = 1 + (int)(Next(ref state) % 6);
            for (int i = 0; i < changes; i++)
            {
                ulong pick = Next(ref state);
                // Mostly behind the Ethernet header, where the formats are.
                int at = (int)((pick & 7) == 0 ? pick >> 8 & 0xFF : 12 + (pick >> 8 & 0x7F)) % frame.Length;
                frame[at] = (pick >> 3 & 3) switch { 0 => 0, 1 => 0xFF, 2 => (byte)(pick >> 32), _ => (byte)(frame[at] ^ 1 << (int)(pick >> 40 & 7)) };
            }

            int cut = (Next(ref state) & 3) == 0 ? (int)(Next(ref state) % (ulong)(frame.Length + 1)) : frame.Length;
            try
            {
                Consume(frame.AsSpan(0, cut));
            }
            catch (Exception e)
            {
                Assert.Fail($"round {round}: {Hex.Of(frame.AsSpan(0, cut))}\n{e}");
            }
        }
    }

    [Fact]
    public void Random_octets_go_through_every_parser()
    {
        ulong state = 0xACE;
        Span<byte> data = stackalloc byte[96];
        for (int round = 0; round < Rounds; round++)
        {
            int length = (int)(Next(ref state) % 97);
            for (int i = 0; i < length; i++)
            {
                data[i] = (byte)(Next(ref state) >> 20);
            }

            // Half of them begin as the protocol wants, or hardly any would come past the first check.
            if ((round & 1) == 0)
            {
                data[0] = (byte)(round >> 1 & 0xFF);
            }

            Parse(data[..length]);
        }
    }

    private static void Consume(ReadOnlySpan<byte> frame)
    {
        var dissection = Dissector.Dissect(frame);
        foreach (var layer in dissection.Layers)
        {
            foreach (var field in layer.Fields)
            {
                if (field.Offset < 0 || field.Offset + field.Length > frame.Length)
                {
                    throw new InvalidOperationException($"{field.Abbreviation} lies outside the frame");
                }
            }
        }

        _ = dissection.EncapsulationWithSizes;
        _ = PacketLine.Format(frame);
        if (frame.Length > 14)
        {
            Parse(frame[14..]);
        }
    }

    private static long Parse(ReadOnlySpan<byte> data)
    {
        long sum = Dissector.Dissect(data, LinkType.RawIp).Length;
        sum += PacketLine.Format(data, LinkType.RawIp).Length;
        if (IPv4View.TryParse(data, out var ip))
        {
            foreach (var option in new IPv4OptionEnumerator(ip.Options))
            {
                sum += option.Type + option.AddressCount + option.WordCount + option.RecordedCount + IPv4Dissector.Describe(option).Length;
            }
        }

        if (TcpView.TryParse(data, out var tcp))
        {
            TcpOptions.TryParse(tcp.Options, out var options);
            sum += options.Sack.Length + TcpText.Describe(tcp, 0, 0, 0).Length;
        }

        TcpOptions.TryParse(data.Length > 40 ? data[..40] : data, out _);
        IPv6Upper.TryWalk(data, out _);
        if (IPv6OptionsView.TryParse(data, out var six))
        {
            var walk = new IPv6OptionEnumerator(six.Options);
            while (walk.MoveNext())
            {
                sum += walk.Data.Length + walk.ActionIfUnknown;
            }
        }

        if (IPv6RoutingView.TryParse(data, out var routing))
        {
            for (int i = 0; i < routing.AddressCount; i++)
            {
                sum += (long)routing.Address(i).Low;
            }
        }

        sum += Discovery(data);
        if (IgmpView.TryParse(data, out var igmp))
        {
            sum += IgmpDissector.Describe(igmp).Length;
            foreach (var record in igmp.Records)
            {
                sum += record.SourceCount == 0 ? 0 : (long)record.Source(record.SourceCount - 1).Low;
            }
        }

        if (MldView.TryParse(data, out var mld))
        {
            sum += mld.SourceCount == 0 ? 0 : (long)mld.Source(mld.SourceCount - 1).Low;
            foreach (var record in mld.Records)
            {
                sum += record.SourceCount == 0 ? 0 : (long)record.Source(record.SourceCount - 1).Low;
            }
        }

        if (DnsMessage.TryParse(data, out var message))
        {
            sum += message.ToArray().Length;
        }

        for (int i = 0; i < 2; i++)
        {
            if (TlsHelloView.TryParse(data, i == 0, out var hello))
            {
                sum += (hello.ServerName?.Length ?? 0) + (hello.ApplicationProtocols?.Length ?? 0) + hello.SupportedVersion;
            }
        }

        return sum;
    }

    private static long Discovery(ReadOnlySpan<byte> data)
    {
        long sum = 0;
        NdpOptionEnumerator options = default;
        if (RouterAdvertisementView.TryParse(data, out var advertisement))
        {
            options = advertisement.Options;
        }
        else if (NeighbourAdvertisementView.TryParse(data, out var neighbour))
        {
            options = neighbour.Options;
        }
        else if (data.Length > 8)
        {
            options = new NdpOptionEnumerator(data);
        }

        foreach (var option in options)
        {
            sum += option.IsLinkAddress ? (long)option.LinkAddress.Value : 0;
            sum += option.IsMtu ? option.Mtu : 0;
            sum += option.IsPrefixInformation ? option.PrefixInformation.Prefix.Length : 0;
            sum += option.IsRecursiveDnsServer ? (long)option.DnsServer(option.DnsServerCount - 1).Low : 0;
            sum += option.IsRedirectedHeader ? option.RedirectedPacket.Length : 0;
        }

        return sum;
    }

    private static ulong Next(ref ulong state)
    {
        // SplitMix64: a seed gives one sequence everywhere.
        ulong z = state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ z >> 30) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ z >> 27) * 0x94D0_49BB_1331_11EB;
        return z ^ z >> 31;
    }
}
