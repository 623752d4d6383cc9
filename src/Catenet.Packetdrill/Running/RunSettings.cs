using System.Globalization;
using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Running;

/// <summary>What the options at a script's head and the command line come to.</summary>
internal sealed class RunSettings
{
    /// <summary>Options that say how the outside is made, which is of no consequence in here.</summary>
    private static readonly string[] Ignored =
        ["define", "verbose", "v", "dry_run", "init_scripts", "wire_client", "wire_server", "gateway_ip", "netmask_ip", "persistent_tun_dev", "tun_dev", "non_fatal", "send_omit_free", "speed", "is_anyip", "code_command", "code_format", "code_sockopt", "remote_fqdn", "local_fqdn"];

    private const int MtuIPv4 = 1500;
    private const int MtuIPv6 = 1520;

    public RunSettings(Script script, ScriptOptions options)
    {
        Tolerance = options.Tolerance;
        TolerancePercent = options.TolerancePercent;
        var mode = options.Mode;
        InetAddress? local = null, remote = null;
        ushort bindPort = 8080, connectPort = 8080;
        foreach (var option in script.Options)
        {
            string value = option.Value.Trim('"');
            switch (option.Name)
            {
                case "ip_version":
                    // The command line says it if it says anything.
                    mode = options.Mode == IpMode.IPv4 ? ModeOf(value) ?? throw Wrong(option) : options.Mode;
                    break;
                case "tolerance_usecs":
                    Tolerance = Duration.FromMicroseconds(Number(option));
                    break;
                case "tolerance_percent":
                    TolerancePercent = Number(option);
                    break;
                case "tcp_ts_tick_usecs":
                    TimestampTick = Number(option) is > 0 and var tick ? Duration.FromMicroseconds(tick) : null;
                    break;
                case "strict_segments":
                    StrictSegments = true;
                    break;
                case "mtu":
                    Mtu = Number(option) is >= 68 and <= 65536 and var mtu ? (int)mtu : throw Wrong(option);
                    break;
                case "local_ip":
                    local = Address(option);
                    break;
                case "remote_ip":
                    remote = Address(option);
                    break;
                case "bind_port":
                    bindPort = (ushort)Number(option);
                    break;
                case "connect_port":
                    connectPort = (ushort)Number(option);
                    break;
                default:
                    if (!Ignored.Contains(option.Name))
                    {
                        throw new UnsupportedException($"the option --{option.Name}", option.Line);
                    }

                    break;
            }
        }

        Tolerance = Duration.Max(Tolerance, options.LeastTolerance);
        var usual = new Addressing(mode);
        Mtu = Mtu != 0 ? Mtu : mode == IpMode.IPv6 ? MtuIPv6 : MtuIPv4;
        bool wantsV4 = usual.Local.IsIPv4;
        Addressing = usual with
        {
            Local = local is { } l && l.IsIPv4 == wantsV4 ? l : usual.Local,
            Remote = remote is { } r && r.IsIPv4 == wantsV4 ? r : usual.Remote,
            LocalPort = bindPort,
            RemotePort = connectPort,
        };
    }

    /// <summary>Which addresses are used.</summary>
    public Addressing Addressing { get; }

    /// <summary>By how much an event may be early or late, at least.</summary>
    public Duration Tolerance { get; }

    /// <summary>By how much of the time since the event before, in percent.</summary>
    public double TolerancePercent { get; }

    /// <summary>How long a tick of the stack's timestamps is; null if they are not checked.</summary>
    public Duration? TimestampTick { get; }

    /// <summary>Whether segments are compared one by one, as they are on the wire.</summary>
    public bool StrictSegments { get; }

    /// <summary>The device's MTU. For IPv6 it is by so much larger that segments are as large as over IPv4, and scripts mean the same.</summary>
    public int Mtu { get; }

    /// <summary>The family that a word of <c>--ip_version</c> means; null if none.</summary>
    public static IpMode? ModeOf(string text) => text switch
    {
        "ipv4" => IpMode.IPv4,
        "ipv6" => IpMode.IPv6,
        "ipv4-mapped-ipv6" => IpMode.IPv4MappedIPv6,
        _ => null,
    };

    private static double Number(ScriptOption option) =>
        double.TryParse(option.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) ? value : throw Wrong(option);

    private static InetAddress Address(ScriptOption option) =>
        InetAddress.TryParse(option.Value.Split('/')[0], out var address) ? address : throw Wrong(option);

    private static ScriptException Wrong(ScriptOption option) => new(option.Line, 1, $"'{option.Value}' is no value for --{option.Name}");
}
