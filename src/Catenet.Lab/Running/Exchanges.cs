using Catenet.Core;
using Catenet.Lab.Journeys;
using Catenet.Lab.Model;
using Catenet.Wire.Internet;

namespace Catenet.Lab.Running;

/// <summary>Says which packets a program's conversation is made of.</summary>
internal static class Exchanges
{
    public static Exchange Of(string client, LabProgram program, Instant begin)
    {
        var exchange = new Exchange { Client = client, Title = Headline(client, program), Begin = begin };
        return program switch
        {
            GetProgram get when Uri.TryCreate(get.Url, UriKind.Absolute, out var uri) => exchange with { Protocol = IpProtocol.Tcp, Port = uri.Port },
            TcpProgram tcp => exchange with { Protocol = IpProtocol.Tcp, Port = tcp.Target.Port },
            TcpOpenProgram open => exchange with { Protocol = IpProtocol.Tcp, Port = open.Target.Port },
            SynFloodProgram flood => exchange with { Protocol = IpProtocol.Tcp, Port = flood.Target.Port },
            UdpProgram udp => exchange with { Protocol = IpProtocol.Udp, Port = udp.Target.Port },
            WatchProgram watch => exchange with { Protocol = IpProtocol.Udp, Port = watch.Target.Port },
            PingProgram => exchange with { Protocol = IpProtocol.Icmp },
            _ => exchange,
        };
    }

    private static string Headline(string client, LabProgram program) => program switch
    {
        GetProgram get => $"{client} asks for {get.Url}",
        PingProgram ping => $"{client} pings {ping.Target}",
        DigProgram dig => $"{client} looks up {dig.Name} {dig.Type.ToString().ToUpperInvariant()}",
        ExecProgram exec => $"{client} runs {exec.Command}",
        SysctlProgram sysctl => $"{client} runs sysctl {sysctl.Arguments}",
        TcpOpenProgram open => $"{client} opens to {open.Target}",
        SynFloodProgram flood => $"{client} floods {flood.Target}",
        WatchProgram watch => $"{client} watches {watch.Target}",
        TcpProgram { Send: > 0 } tcp => $"{client} sends {tcp.Send} octets to {tcp.Target}",
        _ => $"{client} talks to {ProgramRunner.Describe(program)}",
    };
}
