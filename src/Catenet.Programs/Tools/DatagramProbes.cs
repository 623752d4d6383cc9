using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Catenet.Kernel.Udp;
using Catenet.Wire.Internet;
using Catenet.Wire.Transport;

namespace Catenet.Programs.Tools;

/// <summary>Probes by UDP datagrams, told apart by their destination ports, or by echo requests, told apart by their sequence numbers.</summary>
internal sealed class DatagramProbes : ProbeSender
{
    private readonly InetAddress _target;
    private readonly NetSocket _socket;
    private readonly bool _isEcho;
    private readonly byte[] _answer = new byte[512];
    private ushort _next;

    /// <summary>Opens the socket.</summary>
    /// <param name="host">The host it is on.</param>
    /// <param name="target">Whom to probe.</param>
    /// <param name="isEcho">Whether by echo requests.</param>
    /// <param name="first">The first port or sequence number.</param>
    public DatagramProbes(Host host, InetAddress target, bool isEcho, ushort first)
        : base(host)
    {
        _target = target;
        _isEcho = isEcho;
        _next = first;
        var protocol = !isEcho ? ProtocolType.Udp : target.IsIPv4 ? ProtocolType.Icmp : ProtocolType.IcmpV6;
        _socket = new NetSocket(host, target.Family, SocketType.Dgram, protocol) { ReceiveErrors = true };
        _socket.Bind(new IPEndPoint(target.IsIPv4 ? IPAddress.Any : IPAddress.IPv6Any, 0));
    }

    /// <summary>Octets behind the IP header of the probes that follow: the header of UDP or ICMP and what it carries.</summary>
    public int Size { get; set; } = 40;

    /// <summary>Whether probes that do not fit the way are refused rather than fragmented.</summary>
    public bool DontFragment
    {
        set => _socket.DontFragment = value;
    }

    public override void Dispose() => _socket.Dispose();

    protected override async Task<ProbeAnswer?> ExchangeAsync(int ttl, CancellationToken token)
    {
        ushort number = _next++;
        _socket.Ttl = (short)ttl;

        // A late error of an earlier probe would come up on the call that sends this one.
        _socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error);
        await _socket.SendToAsync(Probe(number), new IPEndPoint(_target.ToIPAddress(), _isEcho ? 0 : number), token);
        while (true)
        {
            try
            {
                var message = await _socket.ReceiveMessageAsync(_answer, SocketFlags.None, token);
                var from = (IPEndPoint)message.RemoteEndPoint;
                if ((_isEcho ? BinaryPrimitives.ReadUInt16BigEndian(_answer.AsSpan(6)) : from.Port) == number)
                {
                    return new ProbeAnswer(InetAddress.From(from.Address), message.Timestamp, null);
                }
            }
            catch (SocketException e) when (e.SocketErrorCode != SocketError.OperationAborted)
            {
                while (_socket.TryReceiveError(out UdpErrorReport report))
                {
                    if (report.Destination.Port == number)
                    {
                        return ProbeAnswer.Of(in report);
                    }
                }
            }
        }
    }

    private byte[] Probe(ushort number)
    {
        byte[] data = new byte[_isEcho ? Size : Size - UdpView.Size];
        if (_isEcho)
        {
            IcmpView.WriteEcho(data, _target.IsIPv4 ? IcmpType.EchoRequest : IcmpV6Type.EchoRequest, 0, number);
        }

        return data;
    }
}
