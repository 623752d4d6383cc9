namespace Catenet.Interop.Oracle.Subjects;

/// <summary>A host under test: Catenet or Linux. Frames go in and come out at its interfaces; its sockets do as they are told.</summary>
internal interface ISubject
{
    /// <summary>The name for people.</summary>
    string Name { get; }

    /// <summary>Puts a frame on the wire of an interface and lets the host deal with it completely.</summary>
    void Inject(int device, byte[] frame);

    /// <summary>What the host has sent since the last call, in its order.</summary>
    IReadOnlyList<SentFrame> Take();

    /// <summary>Lets time pass.</summary>
    void Wait(int milliseconds);

    /// <summary>Lets time pass until the host sends a frame for this stimulus, or the limit has come.</summary>
    void AwaitFrame(int limitMilliseconds, Func<SentFrame, bool> concerns);

    /// <summary>Sets a knob by its sysctl name (<c>net.ipv4.tcp_timestamps</c>); it is set back after the stimulus.</summary>
    void Set(string knob, int value);

    /// <summary>Gives the first interface one more address until the stimulus ends.</summary>
    void AddAddress(InetAddress address, int prefixLength);

    /// <summary>A TCP socket in LISTEN; any address of the host.</summary>
    ISubjectSocket Listen(InetEndpoint local, int backlog);

    /// <summary>A TCP socket that begins to connect.</summary>
    ISubjectSocket Connect(InetEndpoint local, InetEndpoint remote, out string result);

    /// <summary>A bound UDP socket.</summary>
    ISubjectSocket Udp(InetEndpoint local);

    /// <summary>Ends the stimulus: sockets are closed with a reset, knobs set back.</summary>
    void Reset();
}

/// <summary>A frame as the host sent it, and the interface by which it did.</summary>
internal readonly record struct SentFrame(int Device, byte[] Octets);
