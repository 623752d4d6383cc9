using System.Numerics;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Code;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Packets;
using Catenet.Packetdrill.Settings;

namespace Catenet.Packetdrill.Running;

/// <summary>A host of Catenet's in virtual time.</summary>
internal sealed class SimulatedStack : IStack
{
    private readonly EventLoop _loop;
    private readonly Host _host;
    private readonly CallContext _context;
    private readonly SystemCalls _calls;
    private readonly ShellLines _shell;

    public SimulatedStack(ulong seed, RunSettings settings, ConversationTable conversations)
    {
        _loop = new EventLoop(seed);
        _host = new Host(_loop, "dut");
        var clock = new ScriptClock(_loop);
        var wire = new ScriptWire(_host, settings.Addressing, settings.Mtu);
        _context = new CallContext(_host, settings.Addressing, conversations) { WakeAt = clock.WakeAt };
        _calls = new SystemCalls(_context);
        _shell = new ShellLines(new HostShell(_host, wire.Device), span => clock.AdvanceTo(clock.Now + span));
        Clock = clock;
        Wire = wire;
    }

    public IStackClock Clock { get; }

    public IStackWire Wire { get; }

    public IDisposable Enter() => _loop.Enter();

    public Attempt Begin(CallAction call) => _calls.Begin(call);

    public void Shell(string text) => _shell.Run(text);

    public bool IsListening(Conversation conversation) => _context.SocketOf(conversation) is TcpFile { IsListening: true };

    public void Refuse(PacketSpec packet)
    {
        // The simulated stack knows every option that the language has.
    }

    public void BeginCode()
    {
    }

    public object? Find(string name) => TcpInfoNames.Find(name, () => Connection().GetInfo()) ?? SocketMemoryNames.Find(name, Connection) ?? Report(name);

    public void Verify()
    {
        if (_host.Tcp.Counters.IllegalTransitions > 0)
        {
            throw new ScriptFailure("changes of state that are in the diagram of RFC 9293 only", "another");
        }
    }

    public void Dispose()
    {
    }

    /// <summary>What the congestion control of the connection under test tells (TCP_CC_INFO); null if it has nothing of that name.</summary>
    private object? Report(string name)
    {
        if (_context.UnderTest is null || Connection().Algorithm is not ICongestionReport report)
        {
            return null;
        }

        foreach (var (key, value) in report.Report())
        {
            if (key == name)
            {
                return new BigInteger(value);
            }
        }

        return null;
    }

    private TcpConnection Connection()
    {
        var conversation = _context.UnderTest ?? throw new ScriptFailure("a connection for TCP_INFO", "no socket");
        var connection = (_context.SocketOf(conversation) as TcpFile)?.Connection
            ?? _host.Tcp.Connections.FirstOrDefault(c => c.RemoteEndpoint == conversation.Remote && c.LocalEndpoint.Port == conversation.Local.Port);
        return connection ?? throw new ScriptFailure("a connection for TCP_INFO", "none");
    }
}
