using Catenet.Kernel;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Calls;

/// <summary>The process that a script plays: its descriptors, and what <c>...</c> stands for.</summary>
internal sealed class CallContext(Host host, Addressing addressing, ConversationTable conversations)
{
    /// <summary>The host.</summary>
    public Host Host => host;

    /// <summary>Addresses and ports that scripts leave open.</summary>
    public Addressing Addressing => addressing;

    /// <summary>The open files by the script's numbers.</summary>
    public Dictionary<int, OpenFile> Files { get; } = [];

    /// <summary>All conversations, the oldest first.</summary>
    public List<Conversation> Conversations => conversations.All;

    /// <summary>The key that the script last set by TCP_MD5SIG.</summary>
    public byte[]? Md5Key
    {
        set => conversations.Md5Key = value;
    }

    /// <summary>The conversation that packets without ports belong to.</summary>
    public Conversation? UnderTest => conversations.UnderTest;

    /// <summary>Makes sure that something happens at a time, so that waiting ends then.</summary>
    public required Action<Instant> WakeAt { get; init; }

    /// <summary>The present.</summary>
    public Instant Now => host.Loop.Now;

    /// <summary>A new conversation, which is under test from now on.</summary>
    public Conversation Converse() => conversations.Converse();

    /// <summary>The file of an argument.</summary>
    public bool TryFile(Expression argument, out OpenFile file) => Files.TryGetValue((int)Values.Number(argument), out file!);

    /// <summary>Opens a file under the number that the script expects, or the lowest that is free.</summary>
    public CallOutcome Open(OpenFile file, Expression expected)
    {
        int descriptor = 3;
        if (!Values.IsAny(expected) && Values.TryNumber(expected) is { } wanted and >= 0 && !Files.ContainsKey((int)wanted))
        {
            descriptor = (int)wanted;
        }
        else
        {
            while (Files.ContainsKey(descriptor))
            {
                descriptor++;
            }
        }

        Files.Add(descriptor, file);
        return new CallOutcome(descriptor, null);
    }

    /// <summary>The socket whose conversation is this; null if it is closed or not accepted yet.</summary>
    public SocketFile? SocketOf(Conversation conversation) => Files.Values.OfType<SocketFile>().FirstOrDefault(f => f.Conversation == conversation);
}
