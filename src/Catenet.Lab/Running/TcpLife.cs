using Catenet.Core;

namespace Catenet.Lab.Running;

/// <summary>The states that one end of a TCP connection went through.</summary>
/// <remarks>Belongs to the loop's thread.</remarks>
public sealed class TcpLife
{
    /// <summary>So many states are kept: more than any connection has.</summary>
    private const int MostStates = 64;

    private readonly List<string> _states;

    internal TcpLife(string node, InetEndpoint local, InetEndpoint remote, string first)
    {
        Node = node;
        Local = local;
        Remote = remote;
        _states = [first];
    }

    /// <summary>The host.</summary>
    public string Node { get; }

    /// <summary>The host's own end.</summary>
    public InetEndpoint Local { get; }

    /// <summary>The other end.</summary>
    public InetEndpoint Remote { get; }

    /// <summary>The states by the RFC's names, in order, the one it came from first.</summary>
    public IReadOnlyList<string> States => _states;

    /// <summary>Whether it went through these states in this order; others may lie between.</summary>
    public bool Passed(IReadOnlyList<string> wanted)
    {
        int next = 0;
        foreach (string state in _states)
        {
            next += next < wanted.Count && wanted[next] == state ? 1 : 0;
        }

        return next == wanted.Count;
    }

    /// <summary>Prints <c>192.168.1.2:41940 - 192.168.1.3:9000 CLOSED SYN-SENT ESTABLISHED</c>.</summary>
    public override string ToString() => $"{Local} - {Remote} {string.Join(' ', _states)}";

    internal void Enter(string state)
    {
        if (_states.Count < MostStates)
        {
            _states.Add(state);
        }
    }
}
