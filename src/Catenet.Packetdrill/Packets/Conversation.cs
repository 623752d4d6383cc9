using Catenet.Wire.Transport;

namespace Catenet.Packetdrill.Packets;

/// <summary>One socket of the stack and its peer, who is the script: how numbers of the script and numbers on the wire belong together.</summary>
public sealed class Conversation
{
    private readonly Dictionary<uint, uint> _timestamps = [];
    private (uint Script, uint Live, Instant At)? _firstTimestamp;

    /// <summary>The stack's address and port on the wire; the port is zero as long as it is not known.</summary>
    public InetEndpoint Local { get; set; }

    /// <summary>The peer's address and port on the wire; the port is zero as long as there is no peer.</summary>
    public InetEndpoint Remote { get; set; }

    /// <summary>The stack's port in the script, if it says one.</summary>
    public ushort? ScriptLocalPort { get; set; }

    /// <summary>The peer's port in the script, if it says one.</summary>
    public ushort? ScriptRemotePort { get; set; }

    /// <summary>What is added to the stack's sequence numbers of the script to have those on the wire.</summary>
    public uint LocalOffset { get; private set; }

    /// <summary>Whether the stack's SYN has been seen.</summary>
    public bool SynSeen { get; private set; }

    /// <summary>Learns the stack's initial sequence number from its SYN.</summary>
    /// <param name="live">On the wire.</param>
    /// <param name="script">In the script.</param>
    public void LearnIsn(SeqNumber live, uint script)
    {
        LocalOffset = live.Value - script;
        SynSeen = true;
    }

    /// <summary>Forgets what the stack said before: a new connection begins with the same ends.</summary>
    public void Restart()
    {
        SynSeen = false;
        _firstTimestamp = null;
        _timestamps.Clear();
    }

    /// <summary>Learns which timestamp of the wire a timestamp of the script stands for.</summary>
    public void LearnTimestamp(uint script, uint live, Instant at)
    {
        _timestamps[script] = live;
        _firstTimestamp ??= (script, live, at);
    }

    /// <summary>The timestamp on the wire that the script means; itself if the stack has sent none such.</summary>
    public uint TimestampOnWire(uint script) => _timestamps.GetValueOrDefault(script, script);

    /// <summary>The TSval that is expected of a packet, on the wire, if the script counts its ticks; null before the first.</summary>
    public uint? ExpectedTimestamp(uint script) => _firstTimestamp is { } first ? first.Live + (script - first.Script) : null;

    /// <summary>Both ends, for messages.</summary>
    public override string ToString() => $"{Local} <> {Remote}";
}
