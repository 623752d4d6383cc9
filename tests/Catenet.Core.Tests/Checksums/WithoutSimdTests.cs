using System.Diagnostics;

namespace Catenet.Core.Tests.Checksums;

/// <summary>Runs the checksum tests again in a process that may not use vector instructions.</summary>
public sealed class WithoutSimdTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task The_checksum_is_the_same_with_vector_instructions_off(string switchedOff)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
        {
            start.ArgumentList.Add(typeof(WithoutSimdTests).Assembly.Location);
        }

        start.ArgumentList.Add("-class");
        start.ArgumentList.Add(typeof(InternetChecksumTests).FullName!);
        start.Environment[switchedOff] = "0";
        start.Environment["CATENET_WITHOUT_SIMD"] = "1";
        using var inner = Process.Start(start)!;
        var output = inner.StandardOutput.ReadToEndAsync();
        var errors = inner.StandardError.ReadToEndAsync();
        await inner.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(inner.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.Contains("Failed: 0", await output, StringComparison.Ordinal);
    }
}
