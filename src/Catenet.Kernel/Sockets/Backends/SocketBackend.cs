using System.Net;
using System.Net.Sockets;
using Catenet.Kernel.Udp;

namespace Catenet.Kernel.Sockets.Backends;

/// <summary>The protocol under a socket, with the kernel's non-blocking calls. On the loop only.</summary>
/// <remarks>
/// <see cref="SocketError.WouldBlock"/> means that the call has to wait; the backend then calls
/// <see cref="SocketCore.OnReadable"/> or <see cref="SocketCore.OnWritable"/> when it is worth another try.
/// The defaults answer for protocols that do not have the call.
/// </remarks>
internal abstract class SocketBackend(AddressFamily family)
{
    /// <summary>With <see cref="Send"/>: the rest of a call that found too little room.</summary>
    public const SocketFlags Continued = (SocketFlags)0x4000_0000;

    protected const SocketOptionName IPv6TrafficClass = (SocketOptionName)67;
    protected const SocketOptionName ReusePortName = (SocketOptionName)15;

    private readonly byte _family = (byte)family; // an idle socket should be small

    /// <summary>The socket to tell of events.</summary>
    public SocketCore Core { get; set; } = null!;

    /// <summary>The host whose kernel this is.</summary>
    public Host Host => Core.Host;

    /// <summary>The family of its addresses.</summary>
    public AddressFamily Family => (AddressFamily)_family;

    /// <summary>Stream or datagrams.</summary>
    public virtual SocketType Type => SocketType.Dgram;

    /// <summary>The local address and port; null while there is none.</summary>
    public abstract InetEndpoint? Local { get; }

    /// <summary>The peer; null while there is none.</summary>
    public abstract InetEndpoint? Remote { get; }

    /// <summary>Whether there is a connection (or, for datagrams, a fixed peer).</summary>
    public abstract bool IsConnected { get; }

    /// <summary>Octets that can be read without waiting.</summary>
    public abstract int Available { get; }

    /// <summary>Whether the next octet to be read is the urgent one (SIOCATMARK).</summary>
    public virtual bool IsAtMark => false;

    /// <summary>Whether IPv4 is carried by an IPv6 socket.</summary>
    public abstract bool DualMode { get; set; }

    public abstract SocketError Bind(InetEndpoint local, int scope);

    public virtual SocketError Listen(int backlog) => SocketError.OperationNotSupported;

    public virtual SocketError Accept(out SocketBackend? accepted)
    {
        accepted = null;
        return SocketError.OperationNotSupported;
    }

    /// <summary>Begins to connect.</summary>
    public abstract SocketError Connect(InetEndpoint remote, int scope);

    /// <summary>How the attempt stands: asked after <see cref="Connect"/> would block, whenever the socket is writable.</summary>
    public virtual SocketError ConnectResult() => SocketError.Success;

    /// <summary>Gives up an attempt.</summary>
    public virtual void AbandonConnect()
    {
    }

    public abstract SocketError Send(ReadOnlySpan<byte> data, SocketFlags flags, out int sent);

    /// <summary>Sends to an address, from a source address of the host's own if one is specified.</summary>
    public abstract SocketError SendTo(ReadOnlySpan<byte> data, SocketFlags flags, InetEndpoint to, int scope, InetAddress source, out int sent);

    public abstract SocketError Receive(Span<byte> buffer, SocketFlags flags, out Received received);

    /// <summary>The surface's form of who sent what was received.</summary>
    public virtual IPEndPoint SurfaceOf(InetEndpoint source, int scope) => Core.ToSurface(source, scope);

    /// <summary>When that came which a read of so many octets of a stream ends with; <c>default</c> where <see cref="Receive"/> tells it.</summary>
    public virtual Instant ArrivalOf(int count) => default;

    public abstract SocketError Shutdown(SocketShutdown how);

    /// <summary>Lets go of the protocol's state; a stream goes on to say its goodbyes by itself.</summary>
    /// <param name="reset">Whether to break the connection off (SO_LINGER of zero).</param>
    public abstract void Close(bool reset);

    /// <summary>Takes the pending error (SO_ERROR).</summary>
    public virtual SocketError TakeError() => SocketError.Success;

    /// <summary>Takes an error that did not end anything, which only SO_ERROR tells.</summary>
    public virtual SocketError TakeSoftError() => SocketError.Success;

    /// <summary>Sets an option that has the value of a number; <see cref="SocketError.ProtocolOption"/> if it is not known.</summary>
    public abstract SocketError SetOption(SocketOptionLevel level, SocketOptionName name, int value);

    /// <summary>Reads an option that has the value of a number; <see cref="SocketError.ProtocolOption"/> if it is not known.</summary>
    public abstract SocketError GetOption(SocketOptionLevel level, SocketOptionName name, out int value);

    /// <summary>Joins or leaves a group.</summary>
    public virtual SocketError SetMembership(InetAddress group, InetAddress local, int interfaceIndex, bool join) =>
        SocketError.ProtocolOption;

    /// <summary>Takes an ICMP error from the error queue (MSG_ERRQUEUE); WouldBlock if there is none.</summary>
    public virtual SocketError ReceiveError(out UdpErrorReport report)
    {
        report = default;
        return SocketError.OperationNotSupported;
    }
}
