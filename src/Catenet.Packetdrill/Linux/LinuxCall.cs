namespace Catenet.Packetdrill.Linux;

/// <summary>A system call that is ready to be made.</summary>
/// <param name="Invoke">Makes it, on any thread. Comes back with its value, or the error's number, negative.</param>
internal sealed record LinuxCall(Func<long> Invoke)
{
    /// <summary>What is to be done with its value on the script's thread: what came is compared, descriptors get the script's numbers.</summary>
    public Func<long, long>? Finish { get; init; }

    /// <summary>Whether it can wait.</summary>
    public bool MayWait { get; init; }
}
