using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Catenet.Core;
using Catenet.Kernel;
using Catenet.Kernel.Devices;
using Catenet.Kernel.Sockets;
using Catenet.Wire.Link;

namespace Catenet.Programs.Tools;

/// <summary>Asks by ARP who on the link has an address (RFC 826) and prints who answers, as the arping of Linux's iputils does.</summary>
/// <remarks>It asks everybody, and once there is an answer only the one who gave it. One run per object.</remarks>
/// <param name="host">The host it runs on.</param>
/// <param name="output">Where lines go; nowhere if not given.</param>
public sealed class Arping(Host host, TextWriter? output = null)
{
    private const int FrameSize = EthernetView.Size + ArpView.Size;
    private const int MaxStations = 64;

    private readonly TextWriter _output = output ?? TextWriter.Null;
    private readonly List<Duration> _times = [];
    private readonly List<MacAddress> _stations = [];
    private NetDevice _device = null!;
    private InetAddress _target;
    private InetAddress _source = InetAddress.AnyIPv4;
    private MacAddress _askWhom = MacAddress.Broadcast;
    private Instant _asked;
    private int _sent;
    private int _sentToAll;
    private int _received;
    private int _requests;
    private int _broadcasts;

    /// <summary><c>-c</c>: how many probes are sent.</summary>
    public int Count { get; init; } = 4;

    /// <summary><c>-i</c>: time between probes, and how long the last one's answer is waited for.</summary>
    public Duration Interval { get; init; } = Duration.FromSeconds(1);

    /// <summary><c>-w</c>: when it ends at the latest, counted from the beginning.</summary>
    public Duration Timeout { get; init; } = Duration.Infinite;

    /// <summary><c>-f</c>: the first answer is enough.</summary>
    public bool StopAtFirst { get; init; }

    /// <summary><c>-D</c>: duplicate address detection. It asks on behalf of nobody (0.0.0.0, as RFC 5227 2.1.1 wants it), so that no neighbour
    /// learns the address, and the first answer is enough: whoever gives it has the address already.</summary>
    public bool DetectDuplicate { get; init; }

    /// <summary><c>-I</c>: the device's name; null: the one by which the target is reached.</summary>
    public string? Device { get; init; }

    /// <summary>Asks until the count is reached and answered, the last answer was waited for, time is over, or it is cancelled.</summary>
    /// <param name="target">A name or an IPv4 address.</param>
    /// <param name="cancellationToken">Stops early, as Ctrl-C does: the result so far is returned.</param>
    /// <exception cref="SocketException">The name could not be found, there is no route, or the device does not exist, is off or has no ARP.</exception>
    public async Task<ArpingResult> RunAsync(string target, CancellationToken cancellationToken = default)
    {
        _target = await ProgramNames.ResolveAsync(host, target, AddressFamily.InterNetwork, cancellationToken);
        Choose();
        using var socket = new PacketSocket(_device, EtherType.Arp);
        using var end = new LoopTimeout(host.Loop, Timeout, cancellationToken);
        socket.Readable = () => Receive(socket, end);
        _output.WriteLine($"ARPING {target} from {_source} {_device.Name}");
        await AskAsync(socket, end.Token);
        _output.WriteLine($"Sent {_sent} probes ({_sentToAll} broadcast(s))");
        _output.WriteLine($"Received {_received} response(s){Kinds()}");
        return new ArpingResult(_target, _sent, _sentToAll, _received, _stations, _times);
    }

    /// <summary>Decides by which device and on whose behalf it asks.</summary>
    private void Choose()
    {
        if (!_target.IsIPv4)
        {
            throw new SocketException((int)SocketError.AddressFamilyNotSupported);
        }

        var wanted = Device is null ? null : host.Devices.ByName(Device) ?? throw new SocketException((int)SocketError.AddressNotAvailable);
        var error = SocketError.Success;
        var route = DetectDuplicate && wanted is not null ? null : host.Ip.Route(_target, default, wanted, 0, out error);
        if (route is null && error != SocketError.Success)
        {
            throw new SocketException((int)error);
        }

        _device = wanted ?? route!.Device;
        _source = DetectDuplicate ? InetAddress.AnyIPv4 : route!.Source;
        if (!_device.NeedsNeighbours)
        {
            throw new SocketException((int)SocketError.OperationNotSupported);
        }
    }

    private async Task AskAsync(PacketSocket socket, CancellationToken token)
    {
        var due = host.Loop.Now;
        try
        {
            while (_sent < Count)
            {
                Ask(socket);
                due += Interval;
                await host.Loop.SleepUntilAsync(due, token);
            }
        }
        catch (OperationCanceledException)
        {
            // Answered, out of time or stopped: print what there is.
        }
    }

    private void Ask(PacketSocket socket)
    {
        Span<byte> frame = stackalloc byte[FrameSize];
        EthernetView.Write(frame, _askWhom, _device.Mac, EtherType.Arp);
        ArpView.Write(frame[EthernetView.Size..], ArpView.Request, _device.Mac, _source, _askWhom.IsBroadcast ? MacAddress.None : _askWhom, _target);
        _asked = host.Loop.Now;
        _sent++;
        _sentToAll += _askWhom.IsBroadcast ? 1 : 0;
        if (socket.Send(frame) is not SocketError.Success and var error)
        {
            throw new SocketException((int)error);
        }
    }

    private void Receive(PacketSocket socket, LoopTimeout end)
    {
        while (socket.TryReceive(out var frame))
        {
            if (frame.EnsureLinear(FrameSize) && ArpView.TryParse(frame.Span[EthernetView.Size..], out var arp) && IsAnswer(frame.Kind, in arp))
            {
                OnAnswer(frame, in arp);
                if (StopAtFirst || DetectDuplicate || (_sent == Count && _received == Count))
                {
                    end.Restart(Duration.Zero);
                }
            }

            frame.Release();
        }
    }

    /// <summary>Whether somebody says that he has the address: to us, or, while duplicates are looked for, to whomever.</summary>
    private bool IsAnswer(PacketKind kind, in ArpView arp) =>
        kind != PacketKind.OtherHost && arp.Operation is ArpView.Request or ArpView.Reply && arp.SenderAddress == _target && arp.SenderMac != _device.Mac &&
        (DetectDuplicate || (arp.TargetAddress == _source && arp.TargetMac == _device.Mac));

    private void OnAnswer(PacketBuffer frame, in ArpView arp)
    {
        var time = frame.Timestamp - _asked;
        _received++;
        if (_times.Count < _sent)
        {
            _times.Add(time);
        }

        if (!_stations.Contains(arp.SenderMac) && _stations.Count < MaxStations)
        {
            _stations.Add(arp.SenderMac);
        }

        bool toUs = frame.Kind == PacketKind.Host, request = arp.Operation == ArpView.Request;
        _broadcasts += toUs ? 0 : 1;
        _requests += request ? 1 : 0;
        _askWhom = arp.SenderMac;
        _output.WriteLine(new StringBuilder(toUs ? "Unicast " : "Broadcast ").Append(request ? "request" : "reply")
            .Append(CultureInfo.InvariantCulture, $" from {arp.SenderAddress} [{Text(arp.SenderMac)}] ")
            .Append(arp.TargetAddress == _source ? "" : $"for {arp.TargetAddress} ")
            .Append(arp.TargetMac == _device.Mac ? "" : $"for [{Text(arp.TargetMac)}] ")
            .Append(CultureInfo.InvariantCulture, $" {time.TotalMilliseconds:0.000}ms").ToString());
    }

    private string Kinds() => (_requests, _broadcasts) switch
    {
        (0, 0) => "",
        (_, 0) => $" ({_requests} request(s))",
        (0, _) => $" ({_broadcasts} broadcast(s))",
        _ => $" ({_requests} request(s), {_broadcasts} broadcast(s))",
    };

    private static string Text(MacAddress mac) => mac.ToString().ToUpperInvariant();
}
