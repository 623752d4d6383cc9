using Catenet.Core;
using Catenet.Wire.Dns;

namespace Catenet.Wire.Tests;

public class DnsTests
{
    private static readonly DnsName s_www = DnsName.Parse("www.bob.com");
    private static readonly InetAddress s_address = InetAddress.Parse("203.0.113.7");

    [Theory]
    [InlineData("www.example.com", "www.example.com.")]
    [InlineData("www.example.com.", "www.example.com.")]
    [InlineData(".", ".")]
    [InlineData(@"a\.b.c", @"a\.b.c.")]
    [InlineData(@"\000\255x.y", @"\000\255x.y.")]
    [InlineData("_sip._udp.Example", "_sip._udp.Example.")]
    public void A_name_prints_as_it_was_read(string text, string printed)
    {
        var name = DnsName.Parse(text);
        Assert.Equal(printed, name.ToString());
        Assert.True(DnsName.TryFromWire(name.Wire, out var again));
        Assert.Equal(name, again);
    }

    [Theory]
    [InlineData(""), InlineData(".."), InlineData(".a"), InlineData("a..b"), InlineData("a b"), InlineData("a\\"), InlineData(@"\256.a"), InlineData(@"\1.a"), InlineData("ä.de")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123.com")]
    public void What_is_no_name_is_refused(string text) => Assert.False(DnsName.TryParse(text, out _));

    [Fact]
    public void A_name_has_at_most_255_octets()
    {
        string most = string.Join('.', Enumerable.Repeat(new string('a', 63), 3)) + "." + new string('b', 61);
        Assert.Equal(253, most.Length);
        Assert.Equal(255, DnsName.Parse(most).Wire.Length);
        Assert.Equal(255, DnsName.Parse(most + ".").Wire.Length);
        Assert.False(DnsName.TryParse(most + "b", out _));
        Assert.False(DnsName.TryParse(most + "b.", out _));
    }

    [Fact]
    public void Names_compare_without_case_and_know_their_place()
    {
        Assert.Equal(s_www, DnsName.Parse("WWW.Bob.COM"));
        Assert.Equal(s_www.GetHashCode(), DnsName.Parse("WWW.Bob.COM").GetHashCode());
        Assert.True(s_www.IsAtOrBelow(DnsName.Parse("com")) && s_www.IsAtOrBelow(s_www) && s_www.IsAtOrBelow(DnsName.Root));
        Assert.False(s_www.IsAtOrBelow(DnsName.Parse("ob.com")));
        Assert.False(DnsName.Parse("com").IsAtOrBelow(s_www));
        Assert.Equal("bob.com.", s_www.Parent.ToString());
        Assert.Equal("com.", s_www.Suffix(1).ToString());
        Assert.Equal("www.bob.com", s_www.HostName);
        Assert.Equal("x.www.bob.com.", s_www.Prepend("x").ToString());
        // The example of RFC 4034 6.1.
        string[] sorted = ["example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE", "z.example", @"\001.z.example", "*.z.example", @"\200.z.example"];
        Assert.Equal(sorted.Select(DnsName.Parse), sorted.Reverse().Select(DnsName.Parse).Order());
    }

    [Fact]
    public void The_compression_example_of_RFC_1035_is_read()
    {
        byte[] message = new byte[93];
        Hex.Bytes("01 46 03 495349 04 41525041 00").CopyTo(message, 20);
        Hex.Bytes("03 464f4f c014").CopyTo(message, 40);
        Hex.Bytes("c01a").CopyTo(message, 64);
        foreach (var (at, text, end) in new[] { (20, "F.ISI.ARPA.", 32), (40, "FOO.F.ISI.ARPA.", 46), (64, "ARPA.", 66), (92, ".", 93) })
        {
            var reader = new DnsReader(message, at);
            Assert.True(reader.TryReadName(out var name));
            Assert.Equal((text, end), (name.ToString(), reader.Offset));
        }
    }

    [Theory]
    [InlineData("c000")]
    [InlineData("0161c000")]
    [InlineData("c002c000")]
    [InlineData("c0ff")]
    [InlineData("4161"), InlineData("8161"), InlineData("03616263"), InlineData("c0")]
    public void A_name_that_loops_or_runs_out_is_refused(string hex)
    {
        var reader = new DnsReader(Hex.Bytes(hex), 0);
        Assert.False(reader.TryReadName(out _));
    }

    [Fact]
    public void A_query_is_the_octets_that_every_resolver_sends()
    {
        byte[] query = DnsMessage.Query(0x1234, s_www, DnsType.A).ToArray();
        Assert.Equal("1234 0100 0001 0000 0000 0000 03777777 03626f62 03636f6d 00 0001 0001".Replace(" ", ""), Hex.Of(query));
        query = DnsMessage.Query(0x1234, s_www, DnsType.AAAA, false, new DnsEdns(1232)).ToArray();
        Assert.Equal("1234 0000 0001 0000 0000 0001 03777777 03626f62 03636f6d 00 001c 0001 00 0029 04d0 00000000 0000".Replace(" ", ""), Hex.Of(query));
    }

    [Fact]
    public void A_response_compresses_names_and_reads_back()
    {
        var query = DnsMessage.Query(7, s_www, DnsType.A);
        var reply = query.Reply() with { IsAuthoritative = true, Answers = [DnsRecord.Address(s_www, 60, s_address)] };
        byte[] octets = reply.ToArray();
        Assert.Equal("c00c 0001 0001 0000003c 0004 cb007107".Replace(" ", ""), Hex.Of(octets)[^32..]);
        Assert.True(DnsMessage.TryParse(octets, out var read));
        Assert.Equal((7, true, true, true), (read.Id, read.IsResponse, read.IsAuthoritative, read.RecursionDesired));
        Assert.Equal(query.Questions, read.Questions);
        Assert.Equal(reply.Answers, read.Answers);
        Assert.Equal("www.bob.com. 60 IN A 203.0.113.7", read.Answers[0].ToString());
    }

    [Fact]
    public void Every_record_type_reads_back_as_written()
    {
        var message = EveryType();
        byte[] octets = message.ToArray();
        Assert.True(DnsMessage.TryParse(octets, out var read));
        Assert.Equal(message.Answers, read.Answers);
        Assert.Equal(message.Authorities, read.Authorities);
        Assert.Equal(message.Additionals, read.Additionals);
        Assert.Equal(DnsResponseCode.BadVers, read.ResponseCode);
        Assert.Equal((4096, true, 1), (read.Edns!.UdpPayloadSize, read.Edns.DnssecOk, read.Edns.Options.Count));
        Assert.Equal([1, 2, 3], read.Edns.Options[0].Data.ToArray());
        Assert.Equal(Hex.Of(octets), Hex.Of(read.ToArray()));
    }

    internal static DnsMessage EveryType()
    {
        var bob = DnsName.Parse("bob.com");
        return new DnsMessage
        {
            Id = 99,
            IsResponse = true,
            ResponseCode = DnsResponseCode.BadVers,
            Questions = [new DnsQuestion(s_www, DnsType.ANY)],
            Answers =
            [
                DnsRecord.Alias(s_www, 60, DnsName.Parse("web.bob.com")),
                DnsRecord.Address(DnsName.Parse("web.bob.com"), 60, s_address),
                DnsRecord.Address(DnsName.Parse("web.bob.com"), 60, InetAddress.Parse("2001:db8::7")),
                DnsRecord.Text(bob, 60, "v=spf1 -all", "quote\" back\\slash \u00e9", ""),
                new DnsRecord(bob, DnsType.MX, DnsClass.IN, 60, new DnsMxData(10, DnsName.Parse("mail.bob.com"))),
                new DnsRecord(DnsName.Parse("_sip._udp.bob.com"), DnsType.SRV, DnsClass.IN, 60, new DnsSrvData(1, 2, 5060, DnsName.Parse("sip.bob.com"))),
                DnsRecord.Pointer(DnsName.Parse("7.113.0.203.in-addr.arpa"), 60, s_www),
                new DnsRecord(bob, (DnsType)65280, DnsClass.IN, 60, new DnsOpaqueData(new byte[] { 1, 2, 3 })),
            ],
            Authorities =
            [
                new DnsRecord(bob, DnsType.SOA, DnsClass.IN, 60, new DnsSoaData(DnsName.Parse("ns1.bob.com"), DnsName.Parse("hostmaster.bob.com"), 2024010101, 7200, 900, 1209600, 300)),
                DnsRecord.NameServer(bob, 60, DnsName.Parse("ns1.bob.com")),
            ],
            Additionals = [DnsRecord.Address(DnsName.Parse("ns1.bob.com"), 60, s_address)],
            Edns = new DnsEdns(4096, 0, true, [new DnsEdnsOption(65001, new byte[] { 1, 2, 3 })]),
        };
    }

    [Fact]
    public void A_message_cut_anywhere_is_refused()
    {
        byte[] octets = EveryType().ToArray();
        for (int length = 0; length < octets.Length; length++)
        {
            Assert.False(DnsMessage.TryParse(octets.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void What_does_not_fit_is_left_out_by_whole_sets_and_TC_is_set()
    {
        var query = DnsMessage.Query(1, s_www, DnsType.A, true, new DnsEdns());
        var answers = Enumerable.Range(0, 100).Select(i => DnsRecord.Address(s_www, 60, InetAddress.FromIPv4(10, 0, 0, (byte)i)));
        var reply = query.Reply() with { Answers = [DnsRecord.Alias(s_www, 1, s_www), .. answers] };
        byte[] octets = reply.ToArray(512);
        Assert.InRange(octets.Length, 12, 512);
        Assert.True(DnsMessage.TryParse(octets, out var read));
        Assert.True(read.IsTruncated);
        Assert.Single(read.Answers);
        Assert.NotNull(read.Edns);
        Assert.False(reply.ToArray().AsSpan(2, 1)[0] is byte flags && (flags & 2) != 0);
    }

    [Fact]
    public void Additional_records_go_without_TC_unless_they_are_the_glue_of_a_referral()
    {
        var query = DnsMessage.Query(1, s_www, DnsType.A);
        DnsRecord[] extra = [.. Enumerable.Range(0, 40).Select(i => DnsRecord.Address(DnsName.Parse($"ns{i}.bob.com"), 60, s_address))];
        var answer = query.Reply() with { Answers = [DnsRecord.Address(s_www, 60, s_address)], Additionals = extra };
        Assert.True(DnsMessage.TryParse(answer.ToArray(512), out var read));
        Assert.False(read.IsTruncated);
        Assert.InRange(read.Additionals.Count, 1, 39);

        var referral = query.Reply() with { Authorities = [DnsRecord.NameServer(DnsName.Parse("bob.com"), 60, DnsName.Parse("ns0.bob.com"))], Additionals = extra };
        Assert.True(DnsMessage.TryParse(referral.ToArray(512), out read));
        Assert.True(read.IsTruncated);
    }

    [Fact]
    public void A_message_of_the_largest_size_is_written_and_read()
    {
        var records = Enumerable.Range(0, 5000).Select(i => DnsRecord.Address(DnsName.Parse($"host{i}.bob.com"), 60, InetAddress.FromIPv4((uint)i)));
        byte[] octets = (DnsMessage.Query(1, s_www, DnsType.AXFR).Reply() with { Answers = [.. records] }).ToArray();
        Assert.InRange(octets.Length, 60000, 65535);
        Assert.True(DnsMessage.TryParse(octets, out var read));
        Assert.True(read.IsTruncated);
        Assert.Equal("host2000.bob.com.", read.Answers[2000].Name.ToString());
    }

    [Fact]
    public void Two_OPT_records_or_one_with_a_name_are_refused()
    {
        string header = "0001 0000 0000 0000 0000";
        Assert.True(DnsMessage.TryParse(Hex.Bytes(header + "0001 00 0029 0200 00000000 0000"), out var message));
        Assert.Equal(512, message.UdpLimit());
        Assert.False(DnsMessage.TryParse(Hex.Bytes(header + "0002 00 0029 0200 00000000 0000 00 0029 0200 00000000 0000"), out _));
        Assert.False(DnsMessage.TryParse(Hex.Bytes(header + "0001 016100 0029 0200 00000000 0000"), out _));
        Assert.False(DnsMessage.TryParse(Hex.Bytes(header + "0001 00 0029 0200 00000000 0003 000a00"), out _));
    }
}
