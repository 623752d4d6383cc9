using System.Buffers.Binary;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Tests.Support;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Tests;

public sealed class ReassemblyTests : KernelTest
{
    private readonly Host _host;
    private readonly EthernetDevice _device;
    private readonly TestPort _port;

    public ReassemblyTests()
    {
        _host = Quiet("a");
        (_device, _port) = AddPort(_host, "eth0", "10.0.0.1/24", "2001:db8::1/64");
        Know(_device, "10.0.0.2", "2001:db8::2");
    }

    [Theory]
    [InlineData(new[] { 0, 1, 2 })]
    [InlineData(new[] { 2, 1, 0 })]
    [InlineData(new[] { 1, 1, 2, 0 })]
    public void Fragments_in_any_order_with_duplicates_make_the_packet(int[] order)
    {
        byte[][] four = Cut(EchoRequest("10.0.0.2", "10.0.0.1", 2000), 20, 800);
        byte[][] six = Cut(EchoRequest("2001:db8::2", "2001:db8::1", 2000), 40, 800);
        foreach (int i in order)
        {
            _port.Inject(FromPeer(_device, four[i]));
            _port.Inject(FromPeer(_device, six[i]));
        }

        Run(0.1);
        Assert.Equal(2, _host.Icmp.EchoesAnswered);
        Assert.Equal(order.Length == 4 ? 2 : 0, _host.Drops[DropReason.FragmentDuplicate]);
        Assert.Equal(0, _host.Ip.Reassembler.Count);
        Assert.Equal(0, _host.Ip.Reassembler.Memory);
    }

    [Fact]
    public void Overlapping_fragments_end_the_packet()
    {
        byte[][] four = Cut(EchoRequest("10.0.0.2", "10.0.0.1", 2000), 20, 800);
        _port.Inject(FromPeer(_device, four[0]));
        byte[] overlapping = (byte[])four[1].Clone();
        IPv4View.SetFlagsAndOffset(overlapping, 0x2000 | 792 / 8);
        _port.Inject(FromPeer(_device, overlapping));
        Run(0.1);
        Assert.Equal(2, _host.Drops[DropReason.FragmentInvalid]);
        Assert.Equal(0, _host.Ip.Reassembler.Count);
        Assert.Empty(_port.Sent);
    }

    [Theory]
    [InlineData("10.0.0.2", "10.0.0.1", 30)]
    [InlineData("2001:db8::2", "2001:db8::1", 60)]
    public void When_the_rest_does_not_come_the_sender_hears_of_it(string from, string to, int seconds)
    {
        byte[][] fragments = Cut(EchoRequest(from, to, 2000), from.Contains(':') ? 40 : 20, 800);
        _port.Inject(FromPeer(_device, fragments[0]));
        Run(seconds - 1);
        Assert.Empty(_port.Sent);
        Run(2);
        byte[] error = _port.Sent.Single();
        int at = from.Contains(':') ? 54 : 34;
        Assert.Equal(from.Contains(':') ? IcmpV6Type.TimeExceeded : IcmpType.TimeExceeded, error[at]);
        Assert.Equal(1, error[at + 1]);
        Assert.Equal(1, _host.Drops[DropReason.FragmentReassemblyTimeout]);
    }

    [Fact]
    public void Without_the_first_fragment_nobody_is_told()
    {
        _port.Inject(FromPeer(_device, Cut(EchoRequest("10.0.0.2", "10.0.0.1", 2000), 20, 800)[1]));
        Run(40);
        Assert.Empty(_port.Sent);
    }

    [Fact]
    public void Memory_is_bounded_and_the_oldest_packets_go()
    {
        _host.Settings.FragmentHighThreshold = 100_000;
        for (int i = 0; i < 1000; i++)
        {
            byte[] first = Cut(EchoRequest("10.0.0.2", "10.0.0.1", 2000), 20, 800)[0];
            IPv4View.SetIdentification(first, (ushort)i);
            _port.Inject(FromPeer(_device, first));
            Run(0.001);
            Assert.InRange(_host.Ip.Reassembler.Memory, 0, 110_000);
        }

        Assert.True(_host.Drops[DropReason.FragmentMemory] > 800);
    }

    private static byte[][] Cut(byte[] packet, int header, int size)
    {
        var fragments = new List<byte[]>();
        for (int at = header; at < packet.Length; at += size)
        {
            int length = Math.Min(size, packet.Length - at);
            bool more = at + length < packet.Length;
            byte[] fragment;
            if (header == 20)
            {
                fragment = [.. packet[..20], .. packet[at..(at + length)]];
                IPv4View.SetTotalLength(fragment, fragment.Length);
                IPv4View.SetFlagsAndOffset(fragment, (ushort)((more ? 0x2000 : 0) | (at - header) / 8));
            }
            else
            {
                fragment = [.. packet[..40], .. new byte[8], .. packet[at..(at + length)]];
                fragment[6] = IpProtocol.Fragment;
                BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(4), (ushort)(length + 8));
                IPv6FragmentView.Write(fragment.AsSpan(40), packet[6], at - header, more, 77);
            }

            fragments.Add(fragment);
        }

        return [.. fragments];
    }
}
