using Catenet.Hosting.Tls;
using Catenet.Linux.Driving;

namespace Catenet.Lab.Running;

/// <summary>The nodes of a lab that are a piece of Linux, from the beginning of its run to the end.</summary>
internal sealed class LinuxMachines : IDisposable
{
    private readonly Dictionary<string, LinuxMachine> _machines = [];
    private readonly RunningLab _entry;

    /// <summary>Makes them and plugs them into the lab.</summary>
    /// <param name="world">The lab's network.</param>
    /// <param name="authority">The lab's certificate authority, whose root is written to the file that <c>CATENET_CA</c> names; null if it has none.</param>
    /// <param name="waiter">What the lab's driver sleeps in.</param>
    /// <exception cref="Catenet.Linux.LinuxException">Linux refused; the message says what to do.</exception>
    public LinuxMachines(LabWorld world, TlsAuthority? authority, EpollWaiter waiter)
    {
        _entry = RunningLab.Create(world.Plan.Model.Name);
        try
        {
            var environment = new Dictionary<string, string> { ["CATENET_LAB"] = world.Plan.Model.Name };
            if (authority is not null)
            {
                string file = Path.Combine(_entry.Folder, "ca.pem");
                File.WriteAllText(file, authority.Root.ExportCertificatePem() + "\n");
                environment["CATENET_CA"] = file;
            }

            foreach (var node in world.Plan.Nodes.Where(n => n.IsLinux))
            {
                var machine = new LinuxMachine(world, node, waiter, Path.Combine(_entry.Folder, node.Name), environment);
                _machines.Add(node.Name, machine);
            }

            _entry.Publish(_machines.ToDictionary(m => m.Key, m => m.Value.Namespace), environment);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The machine of a name.</summary>
    public LinuxMachine this[string name] => _machines[name];

    public void Dispose()
    {
        foreach (var machine in _machines.Values)
        {
            machine.Dispose();
        }

        _entry.Dispose();
    }
}
