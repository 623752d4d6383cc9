using Catenet.Packetdrill.Packets;

namespace Catenet.Packetdrill.Running;

/// <summary>The conversations of a run, and which of them the script speaks of.</summary>
/// <param name="addressing">Addresses of those that begin.</param>
internal sealed class ConversationTable(Addressing addressing)
{
    /// <summary>All, the oldest first.</summary>
    public List<Conversation> All { get; } = [];

    /// <summary>The conversation that packets without ports belong to.</summary>
    public Conversation? UnderTest { get; set; }

    /// <summary>The key that the script last set by TCP_MD5SIG: its own segments are signed with it, and those of the stack verified.</summary>
    public byte[]? Md5Key { get; set; }

    /// <summary>A new conversation, which is under test from now on.</summary>
    public Conversation Converse()
    {
        var conversation = new Conversation { Local = new InetEndpoint(addressing.Local, 0), Remote = new InetEndpoint(addressing.Remote, 0) };
        All.Add(conversation);
        UnderTest = conversation;
        return conversation;
    }
}
