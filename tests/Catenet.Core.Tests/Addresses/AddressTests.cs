using System.Net;

namespace Catenet.Core.Tests.Addresses;

public sealed class AddressTests
{
    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("2001:db8::1")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("fe80::1:2:3:4")]
    public void An_address_reads_and_prints_and_converts(string text)
    {
        var address = InetAddress.Parse(text);
        Assert.Equal(text, address.ToString());
        Assert.Equal(IPAddress.Parse(text), address.ToIPAddress());
        Assert.Equal(address, InetAddress.From(IPAddress.Parse(text)));
        var octets = new byte[16];
        int size = address.CopyTo(octets);
        Assert.Equal(address.Size, size);
        Assert.Equal(address, size == 4 ? InetAddress.ReadIPv4(octets) : InetAddress.ReadIPv6(octets));
    }

    [Theory]
    [InlineData("10.1")]
    [InlineData("1.2.3.256")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("")]
    [InlineData("alice")]
    public void What_is_no_address_is_refused(string text) => Assert.False(InetAddress.TryParse(text, out _));

    [Fact]
    public void A_mapped_address_is_the_IPv4_address() =>
        Assert.Equal(InetAddress.Parse("192.0.2.1"), InetAddress.From(IPAddress.Parse("::ffff:192.0.2.1")));

    [Fact]
    public void Kinds_of_addresses_are_told_apart()
    {
        Assert.True(InetAddress.Parse("127.1.2.3").IsLoopback);
        Assert.True(InetAddress.LoopbackIPv6.IsLoopback);
        Assert.True(InetAddress.Parse("224.0.0.251").IsLinkLocalMulticast);
        Assert.True(InetAddress.Parse("ff02::1").IsLinkLocalMulticast);
        Assert.True(InetAddress.Parse("ff05::2").IsMulticast);
        Assert.False(InetAddress.Parse("ff05::2").IsLinkLocalMulticast);
        Assert.True(InetAddress.Parse("169.254.1.1").IsLinkLocal);
        Assert.True(InetAddress.Parse("febf::1").IsLinkLocal);
        Assert.False(InetAddress.Parse("fec0::1").IsLinkLocal);
        Assert.True(InetAddress.AnyIPv4.IsUnspecified && InetAddress.AnyIPv6.IsUnspecified);
        Assert.NotEqual(InetAddress.AnyIPv4, InetAddress.AnyIPv6);
    }

    [Fact]
    public void Multicast_groups_have_the_link_addresses_the_RFCs_give()
    {
        Assert.Equal("01:00:5e:7f:00:fb", MacAddress.ForMulticast(InetAddress.Parse("224.255.0.251")).ToString());
        Assert.Equal("33:33:ff:00:00:01", MacAddress.ForMulticast(InetAddress.Parse("2001:db8::1").SolicitedNode).ToString());
    }

    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8", "10.255.0.1", "11.0.0.0")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", "203.0.113.9", "2001:db8::1")]
    [InlineData("192.0.2.1/32", "192.0.2.1/32", "192.0.2.1", "192.0.2.2")]
    [InlineData("2001:db8:1:2::5/64", "2001:db8:1:2::/64", "2001:db8:1:2:ffff::", "2001:db8:1:3::")]
    [InlineData("2001:db8::/72", "2001:db8::/72", "2001:db8::ff:0:0:0", "2001:db8:0:0:100::")]
    [InlineData("::/0", "::/0", "2001:db8::1", "10.0.0.1")]
    public void A_prefix_contains_what_it_should(string text, string canonical, string inside, string outside)
    {
        var prefix = InetPrefix.Parse(text);
        Assert.Equal(canonical, prefix.ToString());
        Assert.True(prefix.Contains(InetAddress.Parse(inside)));
        Assert.False(prefix.Contains(InetAddress.Parse(outside)));
    }

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0")]
    [InlineData("::/129")]
    [InlineData("10.0.0.0/-1")]
    public void What_is_no_prefix_is_refused(string text) => Assert.False(InetPrefix.TryParse(text, out _));

    [Fact]
    public void A_MAC_address_reads_and_prints_and_knows_its_kind()
    {
        var address = MacAddress.Parse("02:00:5E-10-00-Ff".Replace('-', ':'));
        Assert.Equal("02:00:5e:10:00:ff", address.ToString());
        Assert.False(address.IsMulticast);
        Assert.True(MacAddress.Broadcast.IsMulticast && MacAddress.Broadcast.IsBroadcast);
        Assert.False(MacAddress.TryParse("02:00:00:00:00", out _));
        Assert.False(MacAddress.TryParse("02:00:00:00:00:0g", out _));
        var made = MacAddress.LocallyAdministered(StableHash.Of("alice/eth0"));
        Assert.Equal(0x02UL, made.Value >> 40 & 3);
    }
}
