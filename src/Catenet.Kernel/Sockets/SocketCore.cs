using System.Net;
using System.Net.Sockets;
using Catenet.Kernel.Sockets.Backends;
using Catenet.Kernel.Sockets.Operations;

namespace Catenet.Kernel.Sockets;

/// <summary>The kernel's side of a socket: its protocol, its descriptor, and the calls that wait. On the loop only.</summary>
internal sealed class SocketCore
{
    private OperationQueue _reads;
    private OperationQueue _writes;
    private readonly byte _protocol; // an idle socket should be small
    private volatile Ends _ends;
    private bool _refused;

    public SocketCore(Host host, SocketBackend backend, ProtocolType protocol)
    {
        Host = host;
        Backend = backend;
        _protocol = (byte)protocol;
        backend.Core = this;
    }

    public Host Host { get; }

    public EventLoop Loop => Host.Loop;

    public SocketBackend Backend { get; }

    public AddressFamily Family => Backend.Family;

    public SocketType Type => Backend.Type;

    public ProtocolType Protocol => (ProtocolType)_protocol;

    /// <summary>The descriptor number; -1 before it is open and after it is closed.</summary>
    public int Descriptor { get; private set; } = -1;

    /// <summary>Whether it has a local port; kept up by the loop, read from anywhere.</summary>
    public bool IsBound => (_ends & Ends.Local) != 0;

    /// <summary>The local end as the surface shows it; made anew for each who asks, from anywhere.</summary>
    public IPEndPoint? LocalEndPoint => IsBound && Backend.Local is { } local ? ToSurface(local, 0) : null;

    /// <summary>The peer as the surface shows it; made anew for each who asks, from anywhere.</summary>
    public IPEndPoint? RemoteEndPoint => (_ends & Ends.Remote) != 0 && Backend.Remote is { } remote ? ToSurface(remote, 0) : null;

    public bool IsClosed { get; private set; }

    /// <summary>Whether a descriptor could not be had: every call fails with this.</summary>
    public SocketError OpenError => _refused ? SocketError.TooManyOpenSockets : SocketError.Success;

    /// <summary>Takes a descriptor number.</summary>
    /// <param name="traced">Whether this is a call of its own (socket) rather than part of another (accept).</param>
    public SocketError Open(bool traced)
    {
        Descriptor = Host.Descriptors.Open(Host.Settings.Sockets.MaxOpenFiles);
        _refused = Descriptor < 0;
        if (traced && Loop.Tracer.Enabled)
        {
            Trace(SystemCallText.Socket(this, OpenError), Duration.Zero);
        }

        return OpenError;
    }

    /// <summary>Tries a call and lets it wait if it must.</summary>
    /// <returns>Whether it is complete.</returns>
    public bool Submit(SocketOperation operation)
    {
        if (IsClosed || OpenError != SocketError.Success)
        {
            operation.Complete(IsClosed ? SocketError.OperationAborted : OpenError);
            return true;
        }

        ref OperationQueue queue = ref operation.IsRead ? ref _reads : ref _writes;
        if (queue.Head is null)
        {
            var error = operation.Try();
            if (error != SocketError.WouldBlock)
            {
                Publish();
                operation.Complete(error);
                return true;
            }
        }

        queue.Enqueue(operation);
        return false;
    }

    /// <summary>Takes back a call that waits; false if it does not.</summary>
    public bool Withdraw(SocketOperation operation) => operation.IsRead ? _reads.Remove(operation) : _writes.Remove(operation);

    /// <summary>There is something to read or accept, or the reading side has ended.</summary>
    public void OnReadable() => Drain(ref _reads);

    /// <summary>There is room to write, or an attempt to connect has ended.</summary>
    public void OnWritable() => Drain(ref _writes);

    /// <summary>Closes: what waits ends with OperationAborted, the descriptor is free again.</summary>
    public void Close(bool reset)
    {
        if (IsClosed)
        {
            return;
        }

        IsClosed = true;
        Abort(ref _reads);
        Abort(ref _writes);
        Backend.Close(reset);
        if (Descriptor >= 0)
        {
            if (Loop.Tracer.Enabled)
            {
                Trace(SystemCallText.Close(this), Duration.Zero);
            }

            Host.Descriptors.Close(Descriptor);
            Descriptor = -1;
        }
    }

    /// <summary>Makes a socket of an accepted connection.</summary>
    public SocketError Adopt(SocketBackend backend, out NetSocket? accepted)
    {
        var core = new SocketCore(Host, backend, Protocol);
        var error = core.Open(traced: false);
        if (error != SocketError.Success)
        {
            backend.Close(reset: true);
            accepted = null;
            return error;
        }

        core.Publish();
        accepted = new NetSocket(core);
        return SocketError.Success;
    }

    /// <summary>Lets other threads see the ends that the socket has got by a call: they were stored before this.</summary>
    public void Publish() => _ends = (Backend.Local is null ? Ends.None : Ends.Local) | (Backend.Remote is null ? Ends.None : Ends.Remote);

    /// <summary>The surface's form of an end.</summary>
    public IPEndPoint ToSurface(InetEndpoint endpoint, int scope)
    {
        var address = endpoint.Address.ToIPAddress(endpoint.Address.IsLinkLocal ? scope : 0);
        if (Family == AddressFamily.InterNetworkV6 && endpoint.Address.IsIPv4)
        {
            address = endpoint.Address.IsUnspecified ? IPAddress.IPv6Any : address.MapToIPv6();
        }

        return new IPEndPoint(address, endpoint.Port);
    }

    /// <summary>Ends a call that never waits: brings the end points up to date and reports it.</summary>
    public SocketError Finish<T>(SocketError error, Func<SocketCore, SocketError, T, string> describe, T argument)
    {
        Publish();
        if (Loop.Tracer.Enabled)
        {
            Trace(describe(this, error, argument), Duration.Zero);
        }

        return error;
    }

    public void Trace(string detail, Duration elapsed) => Loop.Tracer.Emit(new TraceEvent
    {
        Kind = TraceKind.SystemCall,
        Time = Loop.Now,
        Node = Host.Name,
        Subject = this,
        Detail = detail,
        Value = elapsed.Nanoseconds,
    });

    public override string ToString() => $"fd {Descriptor} {Backend}";

    private void Drain(ref OperationQueue queue)
    {
        while (queue.Head is { } operation)
        {
            var error = operation.Try();
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            // The call may have closed the socket's queue under us; then it is no longer the head.
            if (queue.Head == operation)
            {
                queue.Dequeue();
            }

            Publish();
            operation.Complete(error);
        }
    }

    private static void Abort(ref OperationQueue queue)
    {
        while (queue.Head is not null)
        {
            queue.Dequeue().Complete(SocketError.OperationAborted);
        }
    }

    /// <summary>Which ends a socket has.</summary>
    [Flags]
    private enum Ends : byte
    {
        None = 0,
        Local = 1,
        Remote = 2,
    }
}
