using Catenet.Core;
using Catenet.Wire.Link;

namespace Catenet.Wire.Tests;

public class LinkTests
{
    private static readonly MacAddress s_alice = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly MacAddress s_bob = MacAddress.Parse("02:00:00:00:00:02");

    [Fact]
    public void An_Ethernet_header_reads_back_as_written()
    {
        byte[] frame = new byte[20];
        Assert.Equal(14, EthernetView.Write(frame, s_bob, s_alice, EtherType.IPv4));
        Assert.Equal("020000000002" + "020000000001" + "0800" + "000000000000", Hex.Of(frame));
        Assert.True(EthernetView.TryParse(frame, out var view));
        Assert.Equal(s_bob, view.Destination);
        Assert.Equal(s_alice, view.Source);
        Assert.Equal(EtherType.IPv4, view.EtherType);
        Assert.Equal(6, view.Payload.Length);
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(13)]
    public void A_frame_shorter_than_its_header_is_refused(int length) => Assert.False(EthernetView.TryParse(new byte[length], out _));

    [Fact]
    public void A_tag_is_inserted_behind_the_addresses_and_taken_out_again()
    {
        byte[] room = new byte[4 + 14 + 3];
        EthernetView.Write(room.AsSpan(4), s_bob, s_alice, EtherType.IPv6);
        room[20] = 7;
        byte[] untagged = room[4..];
        VlanView.Insert(room, EtherType.Vlan, new VlanTag(100, 5, true));
        Assert.Equal("020000000002 020000000001 8100 b064 86dd 000007".Replace(" ", ""), Hex.Of(room));

        Assert.True(EthernetView.TryParse(room, out var outer));
        Assert.True(EtherType.IsTag(outer.EtherType));
        Assert.True(VlanView.TryParse(outer.Payload, out var vlan));
        Assert.Equal(new VlanTag(100, 5, true), vlan.Tag);
        Assert.Equal(EtherType.IPv6, vlan.EtherType);
        Assert.Equal(3, vlan.Payload.Length);

        VlanView.Remove(room);
        Assert.Equal(Hex.Of(untagged), Hex.Of(room.AsSpan(4)));
    }

    [Fact]
    public void Every_tag_survives_its_sixteen_bits()
    {
        for (int i = 0; i <= ushort.MaxValue; i++)
        {
            Assert.Equal(i, VlanTag.FromUInt16((ushort)i).ToUInt16());
        }
    }

    [Fact]
    public void An_ARP_request_reads_back_as_written()
    {
        byte[] packet = new byte[28];
        var sender = InetAddress.Parse("192.168.1.2");
        var target = InetAddress.Parse("192.168.1.1");
        ArpView.Write(packet, ArpView.Request, s_alice, sender, MacAddress.None, target);
        Assert.Equal("0001 0800 06 04 0001 020000000001 c0a80102 000000000000 c0a80101".Replace(" ", ""), Hex.Of(packet));
        Assert.True(ArpView.TryParse(packet, out var view));
        Assert.Equal(ArpView.Request, view.Operation);
        Assert.Equal((s_alice, sender, target), (view.SenderMac, view.SenderAddress, view.TargetAddress));
        Assert.False(view.IsGratuitous);
        Assert.False(view.IsProbe);

        ArpView.Write(packet, ArpView.Request, s_alice, sender, MacAddress.None, sender);
        Assert.True(ArpView.TryParse(packet, out view) && view.IsGratuitous);
        ArpView.Write(packet, ArpView.Request, s_alice, InetAddress.AnyIPv4, MacAddress.None, sender);
        Assert.True(ArpView.TryParse(packet, out view) && view.IsProbe && !view.IsGratuitous);
    }

    [Theory]
    [InlineData(1, 9), InlineData(3, 1), InlineData(4, 8), InlineData(5, 16)]
    public void An_ARP_packet_for_other_hardware_or_protocols_is_refused(int at, byte value)
    {
        byte[] packet = new byte[28];
        ArpView.Write(packet, ArpView.Reply, s_alice, InetAddress.LoopbackIPv4, s_bob, InetAddress.LoopbackIPv4);
        packet[at] = value;
        Assert.False(ArpView.TryParse(packet, out _));
    }
}
