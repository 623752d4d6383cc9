using System.Buffers.Binary;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Icmp;
using Catenet.Wire.Internet;

namespace Catenet.Kernel.Ip;

/// <summary>Tells routers which groups this host listens to: IGMPv3 (RFC 9776) and MLDv2 (RFC 9777) reports.</summary>
/// <remarks>Reports name whole groups (no source lists). Queries are answered with the present state after a random part of ten seconds.</remarks>
internal sealed class MembershipReporter(Host host) : ITransport
{
    private const byte QueryType = 0x11;
    private const byte ReportTypeV3 = 0x22;
    private const byte IsExclude = 2;
    private const byte ToInclude = 3;
    private const byte ToExclude = 4;

    private readonly List<(NetDevice Device, bool IPv4, ActionTimer Timer)> _answers = [];

    private static readonly byte[] s_routerAlertIPv4 = [0x94, 0x04, 0, 0];
    private static readonly byte[] s_routerAlertIPv6 = [0, 0, 5, 2, 0, 0, 1, 0];

    public void OnJoined(NetDevice device, InetAddress group) => Report(device, group, ToExclude);

    public void OnLeft(NetDevice device, InetAddress group) => Report(device, group, ToInclude);

    /// <summary>A device can send: the groups joined before are reported now.</summary>
    public void OnDeviceRunning(NetDevice device)
    {
        for (int i = 0; i < device.Groups.Count; i++)
        {
            Report(device, device.Groups[i], ToExclude);
        }
    }

    /// <summary>A router asks: the present state is reported a little later.</summary>
    public void OnQuery(NetDevice device, bool ipv4)
    {
        if (_answers.Exists(a => a.Device == device && a.IPv4 == ipv4 && a.Timer.IsArmed))
        {
            return;
        }

        _answers.RemoveAll(a => a.Device == device && a.IPv4 == ipv4);
        var timer = new ActionTimer(_ => Answer(device, ipv4));
        _answers.Add((device, ipv4, timer));
        host.Loop.Arm(timer, host.Neighbours.Random.NextDuration(Duration.FromSeconds(10)));
    }

    public void Receive(PacketBuffer packet, in IpReceiveInfo info)
    {
        var message = packet.Linearize();
        if (message.Length < 8 || !InternetChecksum.Verify(message))
        {
            host.Drop(packet, DropReason.IcmpInvalid);
            return;
        }

        if (message[0] == QueryType)
        {
            OnQuery(info.Device, ipv4: true);
        }

        host.Drop(packet, DropReason.Consumed);
    }

    public void ReceiveError(in IcmpErrorInfo error)
    {
        // Nobody waits for an answer to a report.
    }

    private void Answer(NetDevice device, bool ipv4)
    {
        for (int i = 0; i < device.Groups.Count; i++)
        {
            if (device.Groups[i].IsIPv4 == ipv4)
            {
                Report(device, device.Groups[i], IsExclude);
            }
        }
    }

    private void Report(NetDevice device, InetAddress group, byte change)
    {
        if (device.IsLoopback || !device.IsRunning || MulticastGroups.IsAllSystems(group))
        {
            return;
        }

        if (group.IsIPv4)
        {
            ReportIPv4(device, group, change);
        }
        else
        {
            ReportIPv6(device, group, change);
        }
    }

    private void ReportIPv4(NetDevice device, InetAddress group, byte change)
    {
        var packet = host.Loop.Packets.Rent(16);
        var span = packet.Append(16);
        span.Clear();
        span[0] = ReportTypeV3;
        span[7] = 1;
        span[8] = change;
        group.CopyTo(span[12..]);
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], InternetChecksum.Compute(span));
        var source = device.Addresses.Primary(ipv4: true)?.Address ?? InetAddress.AnyIPv4;
        host.Ip.Sender.SendOnLink(packet, device, source, InetAddress.FromIPv4(224, 0, 0, 22), IpProtocol.Igmp,
            new IpSendOptions { HopLimit = 1, TrafficClass = 0xC0, Options = s_routerAlertIPv4 });
    }

    private void ReportIPv6(NetDevice device, InetAddress group, byte change)
    {
        var packet = host.Loop.Packets.Rent(28);
        var span = packet.Append(28);
        span.Clear();
        span[0] = IcmpV6Type.ListenerReportV2;
        span[7] = 1;
        span[8] = change;
        group.CopyTo16(span[12..]);
        // While the link-local address is checked, reports come from the unspecified one (RFC 3590).
        var source = device.Addresses.LinkLocal?.Address ?? InetAddress.AnyIPv6;
        var to = new InetAddress(0xFF02_0000_0000_0000, 0x16);
        IcmpErrorSender.Checksum(packet, IpProtocol.IcmpV6, source, to);
        host.Ip.Sender.SendOnLink(packet, device, source, to, IpProtocol.IcmpV6, new IpSendOptions { HopLimit = 1, Options = s_routerAlertIPv6 });
    }
}
