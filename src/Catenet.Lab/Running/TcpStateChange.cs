using Catenet.Core;

namespace Catenet.Lab.Running;

/// <summary>A TCP connection went from one state to another.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Time">When.</param>
/// <param name="Node">On which host.</param>
/// <param name="Connection">The connection, as it prints.</param>
/// <param name="Change"><c>SYN-SENT -> ESTABLISHED</c>.</param>
public sealed record TcpStateChange(Instant Time, string Node, string Connection, string Change);
