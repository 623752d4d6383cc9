namespace Catenet.Kernel.Tcp;

/// <summary>How much memory all TCP sockets of a host may take together, in pages of 4096 octets (<c>tcp_mem</c>).</summary>
/// <param name="Low">Up to here nobody is restrained.</param>
/// <param name="Pressure">Past this there is pressure, until no more than <paramref name="Low"/> is taken.</param>
/// <param name="High">Past this nothing is granted.</param>
public readonly record struct MemoryLimits(int Low, int Pressure, int High);
