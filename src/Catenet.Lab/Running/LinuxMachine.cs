using System.Globalization;
using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Planning;
using Catenet.Linux.Devices;
using Catenet.Linux.Driving;
using Catenet.Linux.Namespaces;

namespace Catenet.Lab.Running;

/// <summary>A node that is a piece of Linux: a network namespace whose interfaces are TAPs plugged into the lab's links.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
internal sealed class LinuxMachine : IDisposable
{
    private readonly PlannedNode _node;
    private readonly List<TapDevice> _taps = [];
    private readonly IReadOnlyDictionary<string, string> _environment;

    /// <summary>Makes the namespace and plugs it in.</summary>
    /// <param name="world">The lab's network.</param>
    /// <param name="node">What the plan says of it.</param>
    /// <param name="waiter">What the lab's driver sleeps in.</param>
    /// <param name="folder">A folder for the node's files.</param>
    /// <param name="environment">Variables its programs see.</param>
    /// <exception cref="Catenet.Linux.LinuxException">Linux refused; the message says what to do.</exception>
    public LinuxMachine(LabWorld world, PlannedNode node, EpollWaiter waiter, string folder, IReadOnlyDictionary<string, string> environment)
    {
        _node = node;
        _environment = environment;
        Namespace = NetworkNamespace.Create(node.Name);
        try
        {
            Configure(world, waiter);
            Names(world.Plan, folder);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The namespace.</summary>
    public NetworkNamespace Namespace { get; }

    /// <summary>Runs a real program to its end, or until it is ready.</summary>
    public async Task<ProgramResult> ExecuteAsync(ExecProgram program)
    {
        var process = Namespace.StartWith(_environment, "sh", "-c", program.Command);
        if (program.Ready is { } ready)
        {
            try
            {
                await process.Line(ready);
                return new ProgramResult { Succeeded = true, Seen = "ready", Output = Lines(process) };
            }
            catch (InvalidOperationException)
            {
                // It ended without being ready: its exit code and words say why.
                return Ended(process) with { Succeeded = false };
            }
        }

        await process.Exit;
        return Ended(process);
    }

    public void Dispose()
    {
        Namespace.Dispose();
        _taps.ForEach(t => t.Dispose());
    }

    private static ProgramResult Ended(LinuxProcess process)
    {
        int code = process.Exit.Result;
        return new ProgramResult
        {
            Succeeded = code == 0,
            Seen = string.Create(CultureInfo.InvariantCulture, $"exit code {code}{(code == 0 || process.Errors.Length == 0 ? "" : ": " + process.Errors.Trim().Split('\n')[0])}"),
            Exit = code,
            Output = Lines(process),
        };
    }

    private static string[] Lines(LinuxProcess process) => process.Everything.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private void Configure(LabWorld world, EpollWaiter waiter)
    {
        // The plan gives every address once and says who the routers are, as it does to Catenet's own hosts.
        bool noIPv6 = world.Plan.Model.Ip == IpFamilies.V4;
        foreach (string which in (string[])["all", "default"])
        {
            Namespace.Sysctl($"net.ipv6.conf.{which}.disable_ipv6", noIPv6 ? "1" : "0");
            Namespace.Sysctl($"net.ipv6.conf.{which}.accept_dad", "0");
            Namespace.Sysctl($"net.ipv6.conf.{which}.accept_ra", "0");
            Namespace.Sysctl($"net.ipv6.conf.{which}.forwarding", _node.Forwarding ? "1" : "0");
        }

        Namespace.Sysctl("net.ipv4.ip_forward", _node.Forwarding ? "1" : "0");
        foreach (var port in _node.Interfaces)
        {
            var tap = TapDevice.Open(waiter, world.Loop, new TapOptions
            {
                Name = port.Name,
                Namespace = Namespace,
                Mac = port.Mac,
                Mtu = port.Mtu,
                Offload = false,
            });
            tap.SpeakFor(_node.Name, port.Name);
            _taps.Add(tap);
            if (world.EndAt(_node.Name, port.Name) is { } end)
            {
                tap.Connect(end);
            }
        }

        Namespace.IpBatch(Commands());
        foreach (var setting in _node.Settings)
        {
            Namespace.Sysctl(setting.Name, setting.Value);
        }
    }

    private List<string> Commands()
    {
        var commands = new List<string>();
        foreach (var port in _node.Interfaces)
        {
            foreach (var address in port.Addresses)
            {
                commands.Add(string.Create(CultureInfo.InvariantCulture,
                    $"address add {address.Address}/{address.PrefixLength} dev {port.Name}{(address.Address.IsIPv4 ? "" : " nodad")}"));
            }
        }

        commands.AddRange(_node.Routes.Select(r => $"route replace {r.Destination} via {r.NextHop} dev {r.Interface}"));
        return commands;
    }

    /// <summary>Its programs ask the lab's name servers, and know the lab's nodes by their names.</summary>
    private void Names(LabPlan plan, string folder)
    {
        Directory.CreateDirectory(folder);
        Replace(Path.Combine(folder, "resolv.conf"), "/etc/resolv.conf", _node.NameServers.Select(s => $"nameserver {s}"));
        var hosts = plan.Nodes.SelectMany(n => new[] { plan.AddressOf(n.Name, true, _node.Name), plan.AddressOf(n.Name, false, _node.Name) }
            .OfType<InetAddress>().Select(a => $"{a} {n.Name}"));
        Replace(Path.Combine(folder, "hosts"), "/etc/hosts", ["127.0.0.1 localhost", "::1 localhost", .. hosts]);
    }

    private void Replace(string file, string target, IEnumerable<string> lines)
    {
        File.WriteAllLines(file, lines);
        if (File.Exists(target))
        {
            Namespace.Bind(file, target);
        }
    }
}
