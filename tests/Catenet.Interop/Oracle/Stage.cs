using Catenet.Interop.Oracle.Comparing;
using Catenet.Interop.Oracle.Subjects;
using Catenet.Wire.Dissection;
using Catenet.Wire.Link;

namespace Catenet.Interop.Oracle;

/// <summary>What a stimulus acts on: one host, which may be either, and the notes of what it does.</summary>
internal sealed class Stage
{
    private readonly ISubject _subject;
    private readonly Normaliser _normaliser;

    public Stage(ISubject subject, StimulusAddresses addresses)
    {
        _subject = subject;
        Addresses = addresses;
        _normaliser = new Normaliser(addresses);
        Craft = new Frames(addresses);
    }

    /// <summary>The peers of this run.</summary>
    public StimulusAddresses Addresses { get; }

    /// <summary>Makes frames.</summary>
    public Frames Craft { get; }

    /// <summary>The notes.</summary>
    public Transcript Transcript { get; } = new();

    /// <summary>The host's initial sequence number, or a number made up if it has none.</summary>
    public uint HostIss => _normaliser.HostIss ?? 0x1000_0000;

    /// <summary>The timestamp the host has last sent.</summary>
    public uint HostTimestamp => _normaliser.HostTimestamp;

    /// <summary>The peers make themselves known to the host, so that it need not ask for them.</summary>
    public void Introduce(int devices, bool ipv6)
    {
        for (int device = 0; device < devices; device++)
        {
            for (int peer = 0; peer < 2; peer++)
            {
                _subject.Inject(device, ipv6
                    ? Craft.Solicitation(Addresses.IPv6(peer, device), peer, Network.HostIPv6(device), device)
                    : Craft.ArpRequest(peer, Network.HostIPv4(device), device));
            }
        }

        if (ipv6)
        {
            _subject.Inject(0, Craft.Solicitation(Addresses.LinkLocal(0), 0, Network.HostLinkLocal(0)));
        }

        _subject.Take();
    }

    /// <summary>Sends a frame to the host.</summary>
    public void Send(byte[] frame, int device = 0) => Send(Describe(frame), frame, device);

    /// <summary>Sends a frame to the host, saying what it is.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="device">The interface.</param>
    /// <param name="linger">How many milliseconds the answer may take: for what a timer sends.</param>
    public void Send(string title, byte[] frame, int device = 0, int linger = 0)
    {
        var step = Transcript.Begin(title);
        _subject.Inject(device, frame);
        if (linger > 0)
        {
            _subject.Wait(linger);
        }

        Collect(step);
    }

    /// <summary>Sends several frames to the host, one right after the other.</summary>
    public void Send(string title, params byte[][] frames)
    {
        var step = Transcript.Begin(title);
        foreach (byte[] frame in frames)
        {
            _subject.Inject(0, frame);
        }

        Collect(step);
    }

    /// <summary>Lets time pass; what the host sends meanwhile is its answer.</summary>
    public void Wait(int milliseconds)
    {
        var step = Transcript.Begin($"wait {milliseconds} ms");
        _subject.Wait(milliseconds);
        Collect(step);
    }

    /// <summary>Lets time pass until the host sends something.</summary>
    /// <param name="limitMilliseconds">When to give up.</param>
    public void Await(int limitMilliseconds)
    {
        var step = Transcript.Begin("wait for a frame");
        _subject.AwaitFrame(limitMilliseconds, Concerns);
        Collect(step);
    }

    /// <summary>Gives the host one more address.</summary>
    public void AddAddress(InetAddress address, int prefixLength)
    {
        var step = Transcript.Begin("a new address");
        _subject.AddAddress(address, prefixLength);
        _subject.Wait(20);
        Collect(step);
    }

    /// <summary>Sets a knob for this stimulus.</summary>
    public void Set(string knob, int value) => _subject.Set(knob, value);

    /// <summary>Has the host's programs do something.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="action">What it does, with its result in words.</param>
    /// <param name="linger">How many milliseconds what follows may take: for what a timer sends.</param>
    public void Do(string title, Func<string> action, int linger = 0)
    {
        var step = Transcript.Begin(title);
        step.Results.Add(action());
        if (linger > 0)
        {
            _subject.Wait(linger);
        }

        Collect(step);
    }

    /// <summary>A TCP socket that listens at <see cref="Network.HostPort"/>.</summary>
    public ISubjectSocket Listen(bool ipv6 = false, int backlog = 16, ushort port = Network.HostPort)
    {
        var socket = _subject.Listen(new InetEndpoint(ipv6 ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4, port), backlog);
        Collect(Transcript.Begin("listen"));
        return socket;
    }

    /// <summary>A TCP socket that connects from <see cref="Network.HostPort"/> to a peer.</summary>
    public ISubjectSocket Connect(bool ipv6 = false, int peer = 0)
    {
        var step = Transcript.Begin("connect");
        ISubjectSocket socket = _subject.Connect(
            new InetEndpoint(ipv6 ? Network.HostIPv6(0) : Network.HostIPv4(0), Network.HostPort),
            new InetEndpoint(ipv6 ? Addresses.IPv6(peer) : Addresses.IPv4(peer), Network.PeerPort),
            out string result);
        step.Results.Add(result);
        Collect(step);
        return socket;
    }

    /// <summary>A UDP socket at <see cref="Network.HostPort"/>.</summary>
    public ISubjectSocket Udp(bool ipv6 = false, ushort port = Network.HostPort) =>
        _subject.Udp(new InetEndpoint(ipv6 ? InetAddress.AnyIPv6 : InetAddress.AnyIPv4, port));

    /// <summary>A UDP socket at an address of the host's.</summary>
    public ISubjectSocket Udp(InetAddress address, ushort port = Network.HostPort) => _subject.Udp(new InetEndpoint(address, port));

    private static string Describe(byte[] octets)
    {
        var frame = Dissector.Dissect(octets);
        return $"send {frame.Encapsulation}";
    }

    private void Collect(Transcript.Step step)
    {
        foreach (var sent in _subject.Take())
        {
            if (Concerns(sent))
            {
                step.Frames.Add(_normaliser.Read(sent.Device, sent.Octets));
            }
        }
    }

    /// <summary>Whether a frame is part of this run: not for another's peers, and no report of multicast membership (IGMP, MLD), which may be another run's.</summary>
    private bool Concerns(SentFrame sent)
    {
        if (!EthernetView.TryParse(sent.Octets, out var ethernet))
        {
            return true;
        }

        if (!ethernet.Destination.IsMulticast)
        {
            return Addresses.Has(ethernet.Destination);
        }

        var frame = Dissector.Dissect(sent.Octets);
        if (frame.Find("IGMP") is not null || frame.FindField("icmpv6.type") is { Number: 131 or 132 or 143 })
        {
            return false;
        }

        var asked = frame.FindField("arp.dst.proto_ipv4") ?? frame.FindField("icmpv6.nd.ns.target_address");
        return asked is null || !InetAddress.TryParse(asked.Value, out var address) || Addresses.MayConcern(address);
    }
}
