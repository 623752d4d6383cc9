using Catenet.Fabric.Links;
using Catenet.Kernel;
using Catenet.Kernel.Devices;

namespace Catenet.Interop.Programs.Support;

/// <summary>One Linux (10.0.1.1, fd00:1::1) and one Catenet host (10.0.1.2, fd00:1::2) on a cable.</summary>
internal sealed class Pair : IDisposable
{
    public Pair(Terrain terrain, double pace = 1, int mtu = 1500, int captureLimit = 20_000)
        : this(Terrains.Of(terrain), pace, mtu, captureLimit)
    {
    }

    public Pair(LinkSettings? link, double pace = 1, int mtu = 1500, int captureLimit = 20_000)
    {
        World = new World(pace, captureLimit);
        Linux = World.Linux("linux");
        Host = World.Host("catenet");
        Device = World.Connect(Linux, Host, 1, link, mtu);
        World.Start();
    }

    public World World { get; }

    public LinuxNode Linux { get; }

    public Host Host { get; }

    public EthernetDevice Device { get; }

    /// <summary>Linux's address.</summary>
    public static string LinuxAddress(bool v6) => v6 ? "fd00:1::1" : "10.0.1.1";

    /// <summary>Catenet's address.</summary>
    public static string CatenetAddress(bool v6) => v6 ? "fd00:1::2" : "10.0.1.2";

    public void Judge(string only = "") => World.Judge(only);

    public void Dispose() => World.Dispose();
}
