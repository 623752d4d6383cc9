using System.Buffers.Binary;
using Catenet.Core;

namespace Catenet.Wire.Internet;

/// <summary>One IPv4 option, type octet included (RFC 791 3.1).</summary>
public readonly ref struct IPv4Option
{
    private readonly ReadOnlySpan<byte> _data;

    internal IPv4Option(ReadOnlySpan<byte> data) => _data = data;

    /// <summary>The type (<see cref="IPv4OptionType"/>).</summary>
    public byte Type => _data[0];

    /// <summary>The option's length in octets: 1 for the two that have no length octet.</summary>
    public int Length => _data.Length;

    /// <summary>What follows type and length.</summary>
    public ReadOnlySpan<byte> Data => _data.Length < 2 ? default : _data[2..];

    /// <summary>Whether the option goes into every fragment.</summary>
    public bool IsCopied => (Type & IPv4OptionType.CopiedBit) != 0;

    /// <summary>Whether this is a record route or source route with a usable pointer and whole addresses.</summary>
    public bool IsRoute => Type is IPv4OptionType.RecordRoute or IPv4OptionType.LooseSourceRoute or IPv4OptionType.StrictSourceRoute &&
        _data.Length >= 3 && (_data.Length - 3) % 4 == 0 && _data[2] >= 4 && _data[2] % 4 == 0;

    /// <summary>Whether this is a timestamp option with a usable pointer.</summary>
    public bool IsTimestamp => Type == IPv4OptionType.Timestamp && _data.Length >= 4 && _data.Length % 4 == 0 && _data[2] >= 5 && (_data[2] & 3) == 1;

    /// <summary>The pointer of a route or timestamp option: the octet, counted from one, where the next entry goes; zero for others.</summary>
    public int Pointer => _data.Length > 2 ? _data[2] : 0;

    /// <summary>Whether the pointer of a route or timestamp option stands past its room.</summary>
    public bool IsFull => Pointer > Length;

    /// <summary>How many addresses a route option has room for; zero for others.</summary>
    public int AddressCount => IsRoute ? (_data.Length - 3) / 4 : 0;

    /// <summary>How many entries of a route option lie before its pointer: recorded ones.</summary>
    public int RecordedCount => IsRoute ? Math.Min(_data[2] / 4 - 1, AddressCount) : 0;

    /// <summary>An address of a route option.</summary>
    /// <param name="index">0 up to <see cref="AddressCount"/>.</param>
    public InetAddress Address(int index) => InetAddress.ReadIPv4(_data.Slice(3 + 4 * index, 4));

    /// <summary>A timestamp option's flag: 0 times only, 1 addresses and times, 3 prespecified addresses.</summary>
    public byte TimestampFlag => (byte)(_data.Length > 3 ? _data[3] & 0xF : 0);

    /// <summary>A timestamp option's count of hosts that found no room, 0 to 15.</summary>
    public byte TimestampOverflow => (byte)(_data.Length > 3 ? _data[3] >> 4 : 0);

    /// <summary>The 32-bit words of a timestamp option's entries (addresses and milliseconds since midnight UT).</summary>
    public int WordCount => IsTimestamp ? (_data.Length - 4) / 4 : 0;

    /// <summary>A word of a timestamp option.</summary>
    /// <param name="index">0 up to <see cref="WordCount"/>.</param>
    public uint Word(int index) => BinaryPrimitives.ReadUInt32BigEndian(_data.Slice(4 + 4 * index, 4));
}
