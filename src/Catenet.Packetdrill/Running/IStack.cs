using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;

namespace Catenet.Packetdrill.Running;

/// <summary>What a script is run against: Catenet's own kernel in virtual time, or Linux in real time.</summary>
internal interface IStack : IDisposable
{
    /// <summary>Its time.</summary>
    IStackClock Clock { get; }

    /// <summary>Its cable.</summary>
    IStackWire Wire { get; }

    /// <summary>Makes the calling thread the one that may drive the stack; what comes back ends it.</summary>
    IDisposable Enter();

    /// <summary>Begins a system call; what comes back is tried until it has an outcome.</summary>
    /// <exception cref="UnsupportedException">There is no such call, or not so.</exception>
    Attempt Begin(CallAction call);

    /// <summary>Carries out lines for the shell.</summary>
    /// <exception cref="UnsupportedException">A line asks for what there is not.</exception>
    void Shell(string text);

    /// <summary>Whether the socket of a conversation listens: a packet to it begins a new conversation.</summary>
    bool IsListening(Conversation conversation);

    /// <summary>Nobody can expect a packet with features that the stack has not got.</summary>
    /// <exception cref="UnsupportedException">It has such.</exception>
    void Refuse(PacketSpec packet);

    /// <summary>Lines of Python begin: their names are of this moment.</summary>
    void BeginCode();

    /// <summary>What a name of TCP_INFO, TCP_CC_INFO, SO_MEMINFO or a constant comes to; null if it is none of them.</summary>
    object? Find(string name);

    /// <summary>The script is over: something may be wrong that shows in no packet.</summary>
    /// <exception cref="ScriptFailure">It is.</exception>
    void Verify();
}

/// <summary>The time of a stack.</summary>
internal interface IStackClock
{
    /// <summary>Called after each step: brings calls to their end that were waiting.</summary>
    Action? AfterStep { get; set; }

    /// <summary>The present.</summary>
    Instant Now { get; }

    /// <summary>How long it may take until all segments of a burst have been seen.</summary>
    Duration BurstTime { get; }

    /// <summary>How long anything is waited for that may come at any time.</summary>
    Duration LongPatience { get; }

    /// <summary>From here on the script's time counts.</summary>
    void Start();

    /// <summary>Does everything that is due at this instant.</summary>
    void Settle();

    /// <summary>Lets time pass until an event of the script.</summary>
    void AdvanceTo(Instant when);

    /// <summary>Lets time pass until something is the case.</summary>
    /// <param name="done">Whether it is.</param>
    /// <param name="limit">When to give up.</param>
    /// <returns>Whether it came to pass.</returns>
    bool AdvanceUntil(Func<bool> done, Instant limit);
}

/// <summary>The cable between a stack and the script.</summary>
internal interface IStackWire
{
    /// <summary>What came out and was not looked at yet.</summary>
    LinkedList<LivePacket> Sent { get; }

    /// <summary>Everything that went either way, in order.</summary>
    List<LivePacket> History { get; }

    /// <summary>Puts a packet in.</summary>
    void Inject(byte[] packet);
}
