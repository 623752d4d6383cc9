using System.Buffers.Binary;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Catenet.Interop.Oracle.Subjects;

/// <summary>A non-blocking socket of Linux.</summary>
internal sealed class LinuxSocket : ISubjectSocket
{
    private const int Stream = 1, Datagram = 2, NoSignal = 0x4000;
    private const int LevelSocket = 1, LevelIp = 0, LevelTcp = 6, LevelIPv6 = 41;

    private readonly LinuxSubject _subject;
    private readonly bool _ipv4;
    private readonly byte[] _buffer = new byte[70000];
    private int _descriptor;

    /// <summary>Makes a socket of the namespace that the calling thread is in.</summary>
    public LinuxSocket(LinuxSubject subject, bool ipv4, bool stream)
        : this(subject, ipv4, LinuxCalls.Socket(ipv4 ? 2 : 10, (stream ? Stream : Datagram) | LinuxCalls.NonBlocking | LinuxCalls.CloseOnExec, 0))
    {
        SetInt(LevelSocket, 2, 1); // SO_REUSEADDR: the same port serves one stimulus after the other
    }

    private LinuxSocket(LinuxSubject subject, bool ipv4, int descriptor)
    {
        _subject = subject;
        _ipv4 = ipv4;
        _descriptor = descriptor;
        if (descriptor < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public string State
    {
        get
        {
            Span<byte> info = stackalloc byte[8];
            uint length = 8;
            return LinuxCalls.GetOption(_descriptor, LevelTcp, 11, info, ref length) == 0 ? SubjectNames.OfLinuxState(info[0]) : LastError();
        }
    }

    public void Bind(InetEndpoint local) => Must(LinuxCalls.Bind(_descriptor, Address(local, out uint length), length));

    public void Listen(int backlog) => Must(LinuxCalls.Listen(_descriptor, backlog));

    public ISubjectSocket? Accept()
    {
        int accepted = LinuxCalls.Accept(_descriptor, 0, 0, LinuxCalls.NonBlocking | LinuxCalls.CloseOnExec);
        return accepted < 0 ? null : _subject.Keep(new LinuxSocket(_subject, _ipv4, accepted));
    }

    public string Send(byte[] data) => Sent(LinuxCalls.SendTo(_descriptor, data, (nuint)data.Length, NoSignal, default, 0));

    public string SendTo(InetEndpoint to, byte[] data) =>
        Sent(LinuxCalls.SendTo(_descriptor, data, (nuint)data.Length, NoSignal, Address(to, out uint length), length));

    public string ConnectTo(InetEndpoint to) =>
        LinuxCalls.Connect(_descriptor, Address(to, out uint length), length) == 0 ? SubjectNames.OfErrno(0) : LastError();

    public string Receive()
    {
        nint count = LinuxCalls.Receive(_descriptor, _buffer, (nuint)_buffer.Length, 0);
        return count < 0 ? LastError() : count == 0 && IsStream ? "end" : CatenetSocket.Text(_buffer[..(int)count]);
    }

    public string TakeError()
    {
        Span<byte> value = stackalloc byte[4];
        uint length = 4;
        Must(LinuxCalls.GetOption(_descriptor, LevelSocket, 4, value, ref length));
        return SubjectNames.OfErrno(BinaryPrimitives.ReadInt32LittleEndian(value));
    }

    public string Join(InetAddress group)
    {
        // struct ip_mreqn, struct ipv6_mreq.
        Span<byte> request = stackalloc byte[20];
        request.Clear();
        int size = group.CopyTo(request);
        BinaryPrimitives.WriteInt32LittleEndian(request[(_ipv4 ? 8 : 16)..], _subject.DeviceIndex);
        int result = LinuxCalls.SetOption(_descriptor, _ipv4 ? LevelIp : LevelIPv6, _ipv4 ? 35 : 20, request[..(_ipv4 ? 12 : 20)], _ipv4 ? 12u : 20u);
        return result == 0 && size > 0 ? SubjectNames.OfErrno(0) : LastError();
    }

    public void SetOption(SubjectOption option, int value)
    {
        switch (option)
        {
            case SubjectOption.NoDelay: SetInt(LevelTcp, 1, value); break;
            case SubjectOption.AbortOnClose: Linger(value != 0); break;
            case SubjectOption.Broadcast: SetInt(LevelSocket, 6, value); break;
            case SubjectOption.PathMtuDiscovery: SetInt(_ipv4 ? LevelIp : LevelIPv6, _ipv4 ? 10 : 23, value); break;
            case SubjectOption.HopLimit: SetInt(_ipv4 ? LevelIp : LevelIPv6, _ipv4 ? 2 : 16, value); break;
            case SubjectOption.ReceiveBuffer: SetInt(LevelSocket, 8, value); break;
        }
    }

    public string ShutdownSend() => LinuxCalls.Shutdown(_descriptor, 1) == 0 ? SubjectNames.OfErrno(0) : LastError();

    public void Close()
    {
        if (_descriptor >= 0)
        {
            LinuxCalls.Close(_descriptor);
            _descriptor = -1;
        }
    }

    /// <summary>Closes with a reset: nothing of the connection is left.</summary>
    public void Abort()
    {
        if (_descriptor >= 0)
        {
            Linger(true);
            Close();
        }
    }

    private bool IsStream
    {
        get
        {
            Span<byte> value = stackalloc byte[4];
            uint length = 4;
            return LinuxCalls.GetOption(_descriptor, LevelSocket, 3, value, ref length) == 0 && value[0] == Stream;
        }
    }

    private static string LastError() => SubjectNames.OfErrno(Marshal.GetLastPInvokeError());

    private static string Sent(nint count) => count < 0 ? LastError() : string.Create(CultureInfo.InvariantCulture, $"sent {count}");

    private static void Must(int result)
    {
        if (result < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>struct sockaddr_in or sockaddr_in6.</summary>
    private byte[] Address(InetEndpoint endpoint, out uint length)
    {
        var address = new byte[28];
        address[0] = (byte)(_ipv4 ? 2 : 10);
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), endpoint.Port);
        endpoint.Address.CopyTo(address.AsSpan(_ipv4 ? 4 : 8));
        if (endpoint.Address.IsIPv6 && endpoint.Address.IsLinkLocal)
        {
            BinaryPrimitives.WriteInt32LittleEndian(address.AsSpan(24), _subject.DeviceIndex);
        }

        length = _ipv4 ? 16u : 28u;
        return address;
    }

    private void Linger(bool abort)
    {
        Span<byte> value = stackalloc byte[8];
        value.Clear();
        value[0] = (byte)(abort ? 1 : 0);
        LinuxCalls.SetOption(_descriptor, LevelSocket, 13, value, 8);
    }

    private void SetInt(int level, int name, int number)
    {
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        Must(LinuxCalls.SetOption(_descriptor, level, name, value, 4));
    }
}
