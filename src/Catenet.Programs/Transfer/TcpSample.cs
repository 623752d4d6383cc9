using Catenet.Core;
using Catenet.Kernel.Tcp;

namespace Catenet.Programs.Transfer;

/// <summary>What a connection was like at an instant.</summary>
/// <param name="Time">The instant.</param>
/// <param name="Info">What TCP_INFO told.</param>
/// <param name="Unacknowledged">Octets given to the connection and not acknowledged.</param>
public readonly record struct TcpSample(Instant Time, TcpInfo Info, int Unacknowledged);
