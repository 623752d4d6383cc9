using Catenet.Linux.Native;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>The process that a script plays on Linux: its descriptors by the script's numbers, and its memory.</summary>
internal sealed unsafe class ScriptProcess(Addressing addressing, ConversationTable conversations, RealClock clock, Duration tolerance) : IDisposable
{
    /// <summary>Linux's own default. The machine's may be another.</summary>
    public const string UsualCongestion = "cubic";

    /// <summary>No process has that many: Linux answers EBADF.</summary>
    private const int NoDescriptor = 1_000_000_000;

    /// <summary>Addresses and ports that scripts leave open.</summary>
    public Addressing Addressing => addressing;

    /// <summary>The conversations of the run.</summary>
    public ConversationTable Conversations => conversations;

    /// <summary>The time.</summary>
    public RealClock Clock => clock;

    /// <summary>By how much times may differ.</summary>
    public Duration Tolerance => tolerance;

    /// <summary>The default of congestion control: that of new sockets, and of connections that listening ones accept.</summary>
    public string Congestion { get; private set; } = UsualCongestion;

    /// <summary>Memory for calls.</summary>
    public Arena Memory { get; } = new();

    /// <summary>What is open.</summary>
    public Dictionary<int, ScriptDescriptor> Open { get; } = [];

    /// <summary>Linux's number of a descriptor that an argument names.</summary>
    public int Number(Expression argument) => Open.TryGetValue((int)Values.Number(argument), out var open) ? open.Number : NoDescriptor;

    /// <summary>The socket that an argument names; null if it names none.</summary>
    public ScriptDescriptor? Socket(Expression argument) => Open.TryGetValue((int)Values.Number(argument), out var open) && open.Conversation is not null ? open : null;

    /// <summary>The open socket of a conversation; null if there is none.</summary>
    public ScriptDescriptor? SocketOf(Conversation conversation) => Open.Values.FirstOrDefault(d => d.Conversation == conversation);

    /// <summary>Gives a descriptor the number that the script expects, or the lowest that is free.</summary>
    public long Add(ScriptDescriptor descriptor, Expression expected)
    {
        int number = 3;
        if (!Values.IsAny(expected) && Values.TryNumber(expected) is { } wanted and >= 0 && !Open.ContainsKey((int)wanted))
        {
            number = (int)wanted;
        }
        else
        {
            while (Open.ContainsKey(number))
            {
                number++;
            }
        }

        Open.Add(number, descriptor);
        return number;
    }

    /// <summary>Changes the default of congestion control.</summary>
    public void SetCongestion(string name)
    {
        Congestion = name;
        foreach (var socket in Open.Values.Where(s => s.HasUsualCongestion && NameOf(s.Number, peer: true) is null))
        {
            ApplyCongestion(socket);
        }
    }

    /// <summary>Gives the default to a socket: a namespace may have one only among those that everybody is allowed.</summary>
    public void ApplyCongestion(ScriptDescriptor socket)
    {
        const int TCP_CONGESTION = 13;
        byte[] name = System.Text.Encoding.ASCII.GetBytes(Congestion);
        fixed (byte* pointer = name)
        {
            _ = Libc.SetSocketOption(socket.Number, Symbols.SOL_TCP, TCP_CONGESTION, pointer, (uint)name.Length);
        }
    }

    /// <summary>Learns a socket's own address and port from Linux.</summary>
    public void LearnLocal(ScriptDescriptor socket)
    {
        if (NameOf(socket.Number, peer: false) is { } local && socket.Conversation is { } conversation)
        {
            conversation.Local = local.Address.IsUnspecified ? new InetEndpoint(addressing.Local, local.Port) : local;
        }
    }

    /// <summary>What getsockname or getpeername tells; null if nothing.</summary>
    public static InetEndpoint? NameOf(int descriptor, bool peer)
    {
        byte* address = stackalloc byte[64];
        uint length = 64;
        int result = peer ? RawCalls.GetPeerName(descriptor, address, &length) : RawCalls.GetSocketName(descriptor, address, &length);
        return result < 0 ? null : SocketAddresses.Decode(new ReadOnlySpan<byte>(address, (int)length));
    }

    /// <summary>Wakes calls that wait for sockets.</summary>
    public void ShutSockets()
    {
        foreach (var socket in Open.Values.Where(d => d.Conversation is not null))
        {
            _ = RawCalls.Shutdown(socket.Number, 2);
        }
    }

    /// <summary>Closes everything; connections are reset, so that nothing of them remains.</summary>
    public void Dispose()
    {
        foreach (var descriptor in Open.Values)
        {
            if (descriptor.Conversation is not null)
            {
                long reset = 1; // struct linger: on, for no time
                _ = Libc.SetSocketOption(descriptor.Number, Symbols.SOL_SOCKET, 13, &reset, sizeof(long));
            }

            _ = Libc.Close(descriptor.Number);
        }

        Open.Clear();
        Memory.Dispose();
    }
}

/// <summary>A descriptor of Linux's that a script has open.</summary>
/// <param name="number">Linux's number.</param>
internal sealed class ScriptDescriptor(int number)
{
    /// <summary>Linux's number.</summary>
    public int Number => number;

    /// <summary>The conversation with the script, of a socket.</summary>
    public Conversation? Conversation { get; init; }

    /// <summary>Whether it is a socket of AF_INET6.</summary>
    public bool IsIPv6 { get; init; }

    /// <summary>Whether the script has called bind: else each connect has a port of its own.</summary>
    public bool IsBound { get; set; }

    /// <summary>Whether it goes by the default of congestion control, and not by what the script has chosen for it.</summary>
    public bool HasUsualCongestion { get; set; }
}
