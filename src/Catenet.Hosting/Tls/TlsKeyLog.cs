namespace Catenet.Hosting.Tls;

/// <summary>Writes TLS session keys to a file in the NSS key log format, with which Wireshark and tshark decrypt a capture.</summary>
/// <remarks>
/// .NET reads these settings once, when the process first uses TLS, and for the whole process; on Linux only (OpenSSL).
/// tshark takes the file by <c>-o tls.keylog_file:PATH</c>.
/// </remarks>
public static class TlsKeyLog
{
    private const string Variable = "SSLKEYLOGFILE";

    /// <summary>Begins to log; what the file holds already stays. Call it before anything in the process uses TLS.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidOperationException">Another file has been chosen before: a process has one.</exception>
    /// <exception cref="PlatformNotSupportedException">Not on Linux.</exception>
    public static void Start(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("TLS keys can be logged on Linux only: .NET takes them from OpenSSL.");
        }

        string full = Path.GetFullPath(path);
        string? before = Environment.GetEnvironmentVariable(Variable);
        bool started = AppContext.TryGetSwitch("System.Net.EnableSslKeyLogging", out bool on) && on;
        if (started && before is not null && Path.GetFullPath(before) != full)
        {
            throw new InvalidOperationException($"TLS keys of this process go to {before} already.");
        }

        Environment.SetEnvironmentVariable(Variable, full);
        AppContext.SetSwitch("System.Net.EnableSslKeyLogging", true);
    }
}
