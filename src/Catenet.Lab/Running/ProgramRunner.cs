using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Catenet.Core;
using Catenet.Hosting.Gate;
using Catenet.Hosting.Http;
using Catenet.Hosting.Time;
using Catenet.Hosting.Tls;
using Catenet.Kernel;
using Catenet.Kernel.Sockets;
using Catenet.Kernel.Tcp;
using Catenet.Lab.Model;
using Catenet.Programs.Streams;
using Catenet.Programs.Tools;
using Catenet.Programs.Transfer;

namespace Catenet.Lab.Running;

/// <summary>Runs programs of a lab on its hosts and says what came of them.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
internal sealed class ProgramRunner(LabWorld network, LabServices services, TlsAuthority? authority)
{
    /// <summary>The nodes that are a piece of Linux; null while there are none.</summary>
    public LinuxMachines? Linux { get; set; }

    /// <summary>How long a program waits for what may never come, unless the lab says otherwise.</summary>
    private static readonly Duration Patience = Duration.FromSeconds(30);

    /// <summary>How long a lone connection attempt waits: enough for two lost SYNs.</summary>
    private static readonly Duration ConnectPatience = Duration.FromSeconds(5);

    private readonly LoopTimeProvider _time = new(network.Loop);

    /// <summary>Runs a program to its end; failures are results, not exceptions.</summary>
    public async Task<ProgramResult> RunAsync(string on, LabProgram program)
    {
        var begin = network.Loop.Now;
        Say(on, $"{program.Verb} {Describe(program)}");
        ProgramResult result = Failed("did not run");
        try
        {
            // HttpClient's work is done by the thread pool; the program goes on here after each answer.
            await LoopProgram.Start(network.Loop, $"{on} {program.Verb}", async () => result = await DispatchAsync(on, program));
        }
        catch (SocketException e)
        {
            result = Failed(Words(e.SocketErrorCode)) with { Open = e.SocketErrorCode == SocketError.ConnectionRefused ? false : null };
        }
        catch (HttpRequestException e)
        {
            result = Failed(Words(e));
        }
        catch (OperationCanceledException)
        {
            result = Failed("no answer");
        }
        catch (Catenet.Linux.LinuxException e)
        {
            result = Failed(e.Message);
        }

        result = result with { Begin = begin, End = network.Loop.Now };
        Say(on, $"{program.Verb} {Describe(program)}: {result.Seen}");
        return result;
    }

    /// <summary>What a program was asked for, as one types it.</summary>
    public static string Describe(LabProgram program) => program switch
    {
        PingProgram ping => ping.Target,
        GetProgram get => get.Url,
        TcpProgram tcp => tcp.Target.ToString(),
        TcpOpenProgram open => open.Target.ToString(),
        UdpProgram udp => udp.Target.ToString(),
        WatchProgram watch => watch.Target.ToString(),
        SynFloodProgram flood => flood.Target.ToString(),
        ExecProgram exec => exec.Command,
        SysctlProgram sysctl => sysctl.Arguments,
        DigProgram dig => $"{dig.Name} {dig.Type.ToString().ToUpperInvariant()}",
        _ => "",
    };

    private async Task<ProgramResult> DispatchAsync(string on, LabProgram program)
    {
        if (program is ExecProgram exec)
        {
            return await Linux![on].ExecuteAsync(exec);
        }

        var host = network.Hosts[on];
        using var patience = new CancellationTokenSource(
            (program is TcpProgram { Send: 0 } ? ConnectPatience : program is GetProgram or DigProgram ? Patience : Duration.FromSeconds(3600)).ToTimeSpan(), _time);
        return program switch
        {
            GetProgram get => await GetAsync(host, get, patience.Token),
            TcpProgram { Send: 0 } tcp => await ConnectAsync(host, tcp, patience.Token),
            TcpProgram tcp => await TransferAsync(host, tcp, patience.Token),
            TcpOpenProgram open => await OpenAsync(host, open, patience.Token),
            UdpProgram udp => await StreamAsync(host, udp, patience.Token),
            SynFloodProgram flood => await FloodAsync(host, flood, patience.Token),
            WatchProgram watch => await WatchAsync(host, watch, patience.Token),
            SysctlProgram sysctl => SettingsProgram.Run(host, sysctl),
            PingProgram ping => await LookupPrograms.PingAsync(host, ping, network.Plan.Model.Ip, patience.Token),
            DigProgram dig => await LookupPrograms.DigAsync(host, dig, patience.Token),
            _ => throw new InvalidOperationException($"There is no program for {program.GetType().Name}."),
        };
    }

    private async Task<ProgramResult> GetAsync(Host host, GetProgram get, CancellationToken token)
    {
        using var handler = new CatenetHttpHandler(host, authority);
        using var client = handler.CreateClient();
        using var response = await client.GetAsync(get.Url, token);
        string body = await response.Content.ReadAsStringAsync(token);
        return new ProgramResult
        {
            Succeeded = true,
            Seen = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}, {body.Length} octets"),
            Status = (int)response.StatusCode,
            Body = body,
            Open = true,
        };
    }

    private static async Task<ProgramResult> ConnectAsync(Host host, TcpProgram tcp, CancellationToken token)
    {
        using var socket = new NetSocket(host, SocketType.Stream, ProtocolType.Tcp);
        if (tcp.FromPort is { } port)
        {
            socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        }

        await socket.ConnectAsync(tcp.Target.Target, tcp.Target.Port, token);
        return new ProgramResult { Succeeded = true, Seen = "connected", Open = true };
    }

    private async Task<ProgramResult> TransferAsync(Host host, TcpProgram tcp, CancellationToken token)
    {
        var sampler = tcp.Sample > Duration.Zero ? new TcpSampler(host, tcp.Sample) : null;
        var sent = await new TcpSender(host) { CongestionControl = tcp.Congestion, LocalPort = tcp.FromPort ?? 0, Sampler = sampler }.RunAsync(EndPointOf(tcp.Target), tcp.Send, token);
        string node = NodeOf(tcp.Target.Target, host.Name);
        var arrived = services.TakeTransfer(node, tcp.Target.Port, sent.Sha256);
        bool intact = arrived is not null && arrived.Octets == sent.Octets && arrived.Sha256 == sent.Sha256;
        return new ProgramResult
        {
            Succeeded = true,
            Seen = $"{sent.Octets} octets in {sent.Elapsed}, {(arrived is null ? "nobody counted" : intact ? "arrived intact" : "arrived damaged")}",
            Open = true,
            Intact = arrived is null ? null : intact,
            Delivered = arrived?.Octets,
            Samples = sampler?.Samples ?? [],
        };
    }

    private async Task<ProgramResult> StreamAsync(Host host, UdpProgram udp, CancellationToken token)
    {
        var options = LabServices.Options(udp.Count, udp.Size, udp.Rate);
        string node = NodeOf(udp.Target.Target, host.Name);
        var watching = services.Watching(node, udp.Target.Port);
        int sent = await new UdpStreamSender(host, options).RunAsync(EndPointOf(udp.Target), token);
        return watching is null
            ? new ProgramResult { Succeeded = sent > 0, Seen = $"{sent} datagrams sent, nobody counted" }
            : Streamed(await watching);
    }

    private static async Task<ProgramResult> WatchAsync(Host host, WatchProgram watch, CancellationToken token) =>
        Streamed(await new UdpStreamReceiver(host).WatchAsync(EndPointOf(watch.Target), token));

    private static async Task<ProgramResult> OpenAsync(Host host, TcpOpenProgram open, CancellationToken token)
    {
        var opener = new TcpOpener(host) { LocalPort = open.FromPort, Listens = open.Listens, Closes = open.Closes };
        var state = await opener.RunAsync(EndPointOf(open.Target), token);
        return new ProgramResult { Succeeded = true, Seen = $"closed in {TcpStateNames.Of(state)}", Open = state >= TcpState.Established };
    }

    private static async Task<ProgramResult> FloodAsync(Host host, SynFloodProgram flood, CancellationToken token)
    {
        int sent = await new SynFlood(host).RunAsync(EndPointOf(flood.Target), flood.Count, flood.Interval, token);
        return new ProgramResult { Succeeded = true, Seen = $"{sent} SYNs sent" };
    }

    private static ProgramResult Streamed(UdpStreamResult seen) => new()
    {
        Succeeded = seen.Received > 0,
        Seen = seen.ToString(),
        Received = seen.Received,
        Lost = seen.Lost,
        Stream = seen,
    };

    private static EndPoint EndPointOf(EndpointRef target) => IPAddress.TryParse(target.Target, out var address)
        ? new IPEndPoint(address, target.Port)
        : new DnsEndPoint(target.Target, target.Port);

    /// <summary>The node that a target names: by its own name, an address of it, or an interface.</summary>
    private string NodeOf(string target, string from)
    {
        string? owner = InetAddress.TryParse(target, out var address) ? network.Plan.OwnerOf(address)
            : network.Plan.AddressOf(target, null, from) is { } known ? network.Plan.OwnerOf(known) : null;
        return owner is null ? target : owner[..owner.LastIndexOf('.')];
    }

    private static ProgramResult Failed(string seen) => new() { Succeeded = false, Seen = seen };

    internal static string Words(Exception error)
    {
        var inner = error;
        while (inner.InnerException is not null && inner is not SocketException)
        {
            inner = inner.InnerException;
        }

        return inner is SocketException socket ? Words(socket.SocketErrorCode) : inner.Message;
    }

    private static string Words(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.Shutdown => "the connection was broken off",
        SocketError.TimedOut => "timed out",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.HostNotFound => "no such name",
        SocketError.TryAgain => "no name server answered",
        SocketError.NoData => "the name has no address",
        _ => error.ToString(),
    };

    private void Say(string node, string text)
    {
        if (network.Loop.Tracer.Enabled)
        {
            network.Loop.Tracer.Emit(new TraceEvent { Kind = TraceKind.Application, Time = network.Loop.Now, Node = node, Detail = text });
        }
    }
}
