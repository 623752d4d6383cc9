using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Calls;

/// <summary>What a descriptor stands for. Calls never wait: one that would has the outcome EAGAIN.</summary>
internal abstract class OpenFile
{
    /// <summary>The flags that F_GETFL tells.</summary>
    public int Flags { get; set; } = Symbols.O_RDWR;

    /// <summary>Whether calls come back at once.</summary>
    public bool IsNonBlocking => (Flags & Symbols.O_NONBLOCK) != 0;

    /// <summary>Something has happened that one may wait for: POLLIN and so on, or zero for everything (Linux's wake-ups of a wait queue).</summary>
    public event Action<int>? Woken;

    /// <summary>What it is ready for: POLLIN and so on.</summary>
    public abstract int Readiness { get; }

    /// <summary>Whether one can wait for it; a regular file is always ready.</summary>
    public virtual bool IsPollable => true;

    /// <summary>Whether there is an error that the next call will tell.</summary>
    public virtual bool HasError => false;

    /// <summary>Reads.</summary>
    public virtual CallOutcome Receive(Span<byte> buffer, int flags) => CallOutcome.Fail("EINVAL");

    /// <summary>Writes.</summary>
    public virtual CallOutcome Send(ReadOnlySpan<byte> data, int flags) => CallOutcome.Fail("EINVAL");

    /// <summary>Tells those who wait.</summary>
    public void Wake(int events) => Woken?.Invoke(events);

    /// <summary>Closes it.</summary>
    public virtual void Close()
    {
    }

    /// <summary>Octets that can be read.</summary>
    public virtual long Available => 0;

    /// <summary>With how many octets a read that waits comes back (SO_RCVLOWAT).</summary>
    public virtual int LeastToRead => 1;

    /// <summary>Whether the next octet is the urgent one (SIOCATMARK).</summary>
    public virtual bool IsAtMark => false;

    /// <summary>A read or a look has come to its end.</summary>
    public virtual void OnReadEnd(int octets, int flags)
    {
    }
}

/// <summary>A socket.</summary>
internal abstract class SocketFile : OpenFile
{
    /// <summary>Its conversation with the script.</summary>
    public required Packets.Conversation Conversation { get; set; }

    /// <summary>Whether its family is AF_INET6.</summary>
    public required bool IsIPv6 { get; init; }

    public abstract CallOutcome Bind(InetEndpoint local);

    public abstract CallOutcome Connect(InetEndpoint remote);

    public virtual CallOutcome Disconnect() => throw new UnsupportedException("connect to AF_UNSPEC");

    public virtual CallOutcome Listen(int backlog) => CallOutcome.Fail("EOPNOTSUPP");

    public virtual CallOutcome Accept(out SocketFile? accepted)
    {
        accepted = null;
        return CallOutcome.Fail("EINVAL");
    }

    public abstract CallOutcome Shutdown(int how);

    /// <summary>The local end, as getsockname tells.</summary>
    public abstract InetEndpoint Local { get; }

    /// <summary>The peer's end, as getpeername tells; the port is zero if there is none.</summary>
    public abstract InetEndpoint Remote { get; }

    /// <summary>Octets written and not yet sent or acknowledged (SIOCOUTQ).</summary>
    public virtual long Outstanding => 0;

    /// <summary>Of those, the octets never sent (SIOCOUTQNSD).</summary>
    public virtual long NotSent => 0;

    /// <summary>Sets an option with a number.</summary>
    public abstract CallOutcome SetOption(int level, int name, long value);

    /// <summary>Tells an option's number.</summary>
    public abstract CallOutcome GetOption(int level, int name, out long value);

    /// <summary>Sets TCP_MD5SIG, or TCP_MD5SIG_EXT.</summary>
    public virtual CallOutcome SetMd5(Md5Setting setting, bool extended) => CallOutcome.Fail("ENOPROTOOPT");

    /// <summary>Sets an option that has a text (TCP_CONGESTION).</summary>
    public virtual CallOutcome SetOption(int level, int name, string value) => CallOutcome.Fail("ENOPROTOOPT");

    /// <summary>Tells an option that has a text.</summary>
    public virtual string? GetText(int level, int name) => null;

    /// <summary>SO_LINGER.</summary>
    public virtual (bool On, int Seconds) Linger { get; set; }

    protected static UnsupportedException NotThere(int level, int name) => new($"the socket option {SymbolicOptions.NameOf(level, name)}");
}
