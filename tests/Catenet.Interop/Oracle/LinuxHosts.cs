using System.ComponentModel;
using Catenet.Interop.Oracle.Comparing;
using Catenet.Interop.Oracle.Subjects;

namespace Catenet.Interop.Oracle;

/// <summary>The Linux hosts of the oracle, made when first needed: one that does not forward, one that does.</summary>
public sealed class LinuxHosts : IDisposable
{
    /// <summary>
    /// How much time a run may take beside what it waits, in milliseconds: Linux's shortest timer, the delayed ACK's, has 40.
    /// On a machine that held the test up for longer, nothing was measured, and the stimulus is put anew with other peers.
    /// </summary>
    private const double MostLostTime = 20;

    private const int MostAttempts = 50;

    /// <summary>After so many runs a new namespace is taken: the neighbours of the old ones go with it, which all namespaces share one table for.</summary>
    private const int MostRuns = 100;

    private readonly LinuxSubject?[] _hosts = new LinuxSubject?[2];
    private readonly int[] _runsOfHost = new int[2];
    private int _runs;

    /// <summary>Why there is no Linux to compare with; null if there is.</summary>
    public string? WhyNot { get; } =
        !OperatingSystem.IsLinux() ? "needs Linux"
        : !Environment.IsPrivilegedProcess ? "needs root: network namespaces and TAP devices"
        : !File.Exists("/dev/net/tun") ? "needs /dev/net/tun"
        : !File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") && !File.Exists("/usr/bin/ip") ? "needs iproute2"
        : null;

    /// <summary>Puts a stimulus to both.</summary>
    internal (Transcript Catenet, Transcript Linux) Run(Stimulus stimulus)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            var linux = Host(stimulus.IsRouter);
            var addresses = new StimulusAddresses(++_runs);
            linux.Begin();
            var theirs = Run(stimulus, linux, addresses);
            if (stimulus.LeavesQuestions)
            {
                _runsOfHost[stimulus.IsRouter ? 1 : 0] = MostRuns;
            }

            if (linux.LostTime < MostLostTime)
            {
                return (Run(stimulus, new CatenetSubject(stimulus.IsRouter), addresses), theirs);
            }
        }

        throw new Win32Exception($"The machine is too busy: no run of '{stimulus.Name}' went without losing {MostLostTime} ms.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var host in _hosts)
        {
            host?.Dispose();
        }
    }

    private LinuxSubject Host(bool isRouter)
    {
        int kind = isRouter ? 1 : 0;
        if (++_runsOfHost[kind] > MostRuns)
        {
            _hosts[kind]!.Dispose();
            _hosts[kind] = null;
            _runsOfHost[kind] = 1;
        }

        return _hosts[kind] ??= new LinuxSubject(isRouter);
    }

    private static Transcript Run(Stimulus stimulus, ISubject subject, StimulusAddresses addresses)
    {
        var stage = new Stage(subject, addresses);
        try
        {
            if (!stimulus.Unknown)
            {
                stage.Introduce(stimulus.IsRouter ? 2 : 1, stimulus.IsIPv6);
            }

            stimulus.Act(stage);
        }
        finally
        {
            subject.Reset();
        }

        return stage.Transcript;
    }
}
