using Catenet.Kernel;
using Catenet.Kernel.Configuration;

namespace Catenet.Programs.Tools;

/// <summary>Prints and sets a host's settings, as the sysctl of procps does: <c>sysctl -w net.ipv4.tcp_sack=0</c>.</summary>
/// <remarks>Options -a, -b, -e, -N, -n, -q and -w and their long names. Changes act at once. Where procps fails with code 0 or prints its usage, this fails with 1 and an error.</remarks>
/// <param name="host">The host it runs on.</param>
/// <param name="output">Where lines go; nowhere if not given.</param>
/// <param name="errors">Where errors go; nowhere if not given.</param>
public sealed class SysctlCommand(Host host, TextWriter? output = null, TextWriter? errors = null)
{
    private const string NotFound = "No such file or directory";

    private readonly TextWriter _output = output ?? TextWriter.Null;
    private readonly TextWriter _errors = errors ?? TextWriter.Null;
    private SysctlOptions _options = new();
    private int _code;

    /// <summary>Runs one command line, without the program's name.</summary>
    /// <returns>The exit code: 0 if all went well, 1 if anything did not; the rest is done nevertheless.</returns>
    public int Run(IEnumerable<string> arguments)
    {
        _code = 0;
        _options = new SysctlOptions();
        if (_options.Read(arguments) is { } mistake)
        {
            Complain(mistake);
        }
        else if (_options.All)
        {
            PrintAll(Sysctl.Names);
        }
        else if (_options.Operands.Count == 0)
        {
            Complain("no variables specified\nTry `sysctl --help' for more information.");
        }
        else
        {
            _options.Operands.ForEach(Take);
        }

        return _code;
    }

    private void Take(string operand)
    {
        int equals = operand.IndexOf('=');
        if (equals >= 0)
        {
            Set(Dotted(operand[..equals].Trim()), operand[(equals + 1)..].Trim());
        }
        else if (_options.Write)
        {
            Complain("command line(0): invalid syntax, continuing...");
        }
        else
        {
            Show(Dotted(operand));
        }
    }

    private void Set(string name, string value)
    {
        if (Sysctl.TrySet(host.Settings, name, value, out _))
        {
            if (!_options.Quiet)
            {
                Print(name, value);
            }
        }
        else if (Below(name).Count == 0 && !Sysctl.Names.Contains(name))
        {
            Miss(name);
        }
        else
        {
            // Linux looks for a module of that name.
            Complain($"setting key \"{name}\": {(name == "net.ipv4.tcp_congestion_control" ? NotFound : "Invalid argument")}");
        }
    }

    private void Show(string name)
    {
        if (Sysctl.TryGet(host.Settings, name, out string? value))
        {
            Print(name, value);
        }
        else if (Below(name) is { Count: > 0 } below)
        {
            PrintAll(below);
        }
        else
        {
            Miss(name);
        }
    }

    /// <summary>The settings of a whole folder: net.ipv4.route.</summary>
    private static List<string> Below(string folder) => [.. Sysctl.Names.Where(n => n.StartsWith(folder + ".", StringComparison.Ordinal))];

    private void PrintAll(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            Sysctl.TryGet(host.Settings, name, out string? value);
            Print(name, value!);
        }
    }

    private void Print(string name, string value)
    {
        string text = _options.NameOnly ? name : _options.ValueOnly ? value : $"{name} = {value}";
        _output.Write(_options.NoNewLine ? text : text + "\n");
    }

    private void Miss(string name)
    {
        if (!_options.Ignore)
        {
            Complain($"cannot stat /proc/sys/{name.Replace('.', '/')}: {NotFound}");
        }
    }

    private void Complain(string what)
    {
        _errors.Write($"sysctl: {what}\n");
        _code = 1;
    }

    private static string Dotted(string name) => name.Replace('/', '.');
}
