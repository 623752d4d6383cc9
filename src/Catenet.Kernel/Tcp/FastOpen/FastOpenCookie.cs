using System.Buffers.Binary;
using Catenet.Core;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tcp;

/// <summary>A Fast Open option (RFC 7413 4.1.1): none, a request for a cookie, or a cookie; in its own kind or, as before the RFC, in the experimental one (RFC 6994).</summary>
internal readonly struct FastOpenCookie
{
    /// <summary>The length of our own cookies.</summary>
    public const int Size = 8;

    private readonly UInt128 _value;
    private readonly byte _length;

    private FastOpenCookie(UInt128 value, int length, bool experimental)
    {
        _value = value;
        _length = (byte)length;
        IsPresent = true;
        IsExperimental = experimental;
    }

    /// <summary>Whether there is an option at all.</summary>
    public bool IsPresent { get; }

    /// <summary>Whether it comes, or is to go, in the experimental kind.</summary>
    public bool IsExperimental { get; }

    /// <summary>Whether there is a cookie in it.</summary>
    public bool HasValue => _length > 0;

    /// <summary>Whether it asks for a cookie.</summary>
    public bool IsRequest => IsPresent && _length == 0;

    /// <summary>The octets in the cookie.</summary>
    public int Length => _length;

    /// <summary>Asks for a cookie.</summary>
    public static FastOpenCookie Request(bool experimental) => new(0, 0, experimental);

    /// <summary>A cookie of these octets.</summary>
    public static FastOpenCookie Of(ReadOnlySpan<byte> octets, bool experimental)
    {
        Span<byte> whole = stackalloc byte[16];
        whole.Clear();
        octets.CopyTo(whole);
        return new(BinaryPrimitives.ReadUInt128BigEndian(whole), octets.Length, experimental);
    }

    /// <summary>The option of a SYN or SYN-ACK that has come; valid ones have an even length.</summary>
    public static FastOpenCookie Of(in Segment s)
    {
        if (!s.Options.Has(TcpOptionSet.FastOpen) || (s.Options.FastOpenLength & 1) != 0 || s.Packet is not { TransportOffset: >= 0 } packet)
        {
            return default;
        }

        var octets = packet.From(packet.TransportOffset).Slice(TcpView.MinSize + s.Options.FastOpenOffset, s.Options.FastOpenLength);
        return Of(octets, s.Options.Has(TcpOptionSet.FastOpenExperimental));
    }

    /// <summary>The same in the kind that the peer uses.</summary>
    public FastOpenCookie As(bool experimental) => new(_value, _length, experimental);

    /// <summary>Whether two cookies are the same, whatever kind they came in.</summary>
    public bool Matches(FastOpenCookie other) => _value == other._value && _length == other._length;

    /// <summary>Writes the option, if there is one and room for it; Linux pads behind it.</summary>
    public bool Write(ref TcpOptionsWriter options)
    {
        if (!IsPresent)
        {
            return false;
        }

        Span<byte> data = stackalloc byte[20];
        int begin = IsExperimental ? 2 : 0;
        BinaryPrimitives.WriteUInt16BigEndian(data, TcpOptionKind.FastOpenMagic);
        Span<byte> whole = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(whole, _value);
        whole[.._length].CopyTo(data[begin..]);
        return options.AddOptionAndPad(IsExperimental ? TcpOptionKind.Experimental : TcpOptionKind.FastOpen, data[..(begin + _length)]);
    }
}
