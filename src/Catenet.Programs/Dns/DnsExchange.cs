using System.Net.Sockets;
using Catenet.Core;
using Catenet.Wire.Dns;

namespace Catenet.Programs.Dns;

/// <summary>What came of asking one server one question.</summary>
/// <param name="Server">Who was asked.</param>
/// <param name="Response">The answer; null if none came.</param>
/// <param name="Error">Why none came: <see cref="SocketError.TimedOut"/>, <see cref="SocketError.ConnectionRefused"/>, ...</param>
/// <param name="RoundTripTime">How long it took.</param>
/// <param name="OverTcp">Whether the answer came over TCP, the one over UDP having been truncated.</param>
/// <param name="Size">Octets of the answer.</param>
public sealed record DnsExchange(
    InetEndpoint Server, DnsMessage? Response, SocketError Error, Duration RoundTripTime, bool OverTcp = false, int Size = 0);
