using System.Buffers.Binary;
using System.Text;

namespace Catenet.Wire.Dns;

/// <summary>Writes the body of a message with compressed names (RFC 1035 4.1.4), never past its room.</summary>
internal ref struct DnsWriter
{
    // Enough to find nearly every repeated suffix; a search over all names of a large transfer would be quadratic.
    private const int MaxTargets = 64;

    private readonly Span<byte> _room;
    private readonly List<ushort> _targets;
    private int _length;

    public DnsWriter(Span<byte> room)
    {
        _room = room;
        _targets = [];
        _length = DnsHeaderView.Size;
    }

    /// <summary>How many octets are written; setting it back takes the last ones out.</summary>
    public int Length
    {
        readonly get => _length;
        set
        {
            _length = value;
            while (_targets.Count > 0 && _targets[^1] >= value)
            {
                _targets.RemoveAt(_targets.Count - 1);
            }
        }
    }

    public bool TryWriteQuestion(DnsQuestion question) =>
        TryWriteName(question.Name, true) && TryWriteUInt16((ushort)question.Type) && TryWriteUInt16((ushort)question.Class);

    public bool TryWriteRecord(DnsRecord record)
    {
        if (!TryWriteName(record.Name, true) || !TryWriteUInt16((ushort)record.Type) || !TryWriteUInt16((ushort)record.Class) ||
            !TryWriteUInt32(record.Ttl) || !TryWriteUInt16(0))
        {
            return false;
        }

        int start = _length;
        if (!TryWriteData(record.Data))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_room[(start - 2)..], checked((ushort)(_length - start)));
        return true;
    }

    private bool TryWriteData(DnsRecordData data)
    {
        switch (data)
        {
            case DnsAddressData address:
                Span<byte> octets = stackalloc byte[16];
                return TryWriteOctets(octets[..address.Address.CopyTo(octets)]);
            case DnsNameData name:
                return TryWriteName(name.Target, true);
            case DnsSoaData soa:
                return TryWriteName(soa.PrimaryServer, true) && TryWriteName(soa.Mailbox, true) && TryWriteUInt32(soa.Serial) &&
                       TryWriteUInt32(soa.Refresh) && TryWriteUInt32(soa.Retry) && TryWriteUInt32(soa.Expire) && TryWriteUInt32(soa.Minimum);
            case DnsMxData mx:
                return TryWriteUInt16(mx.Preference) && TryWriteName(mx.Exchange, true);
            case DnsSrvData srv:
                // Types newer than RFC 1035 are not compressed (RFC 3597 4, RFC 2782).
                return TryWriteUInt16(srv.Priority) && TryWriteUInt16(srv.Weight) && TryWriteUInt16(srv.Port) && TryWriteName(srv.Target, false);
            case DnsTxtData txt:
                return TryWriteTxt(txt);
            case DnsOpaqueData opaque:
                return TryWriteOctets(opaque.Octets.Span);
            default:
                throw new ArgumentException($"No wire form is known for {data.GetType().Name}.", nameof(data));
        }
    }

    private bool TryWriteTxt(DnsTxtData txt)
    {
        foreach (string text in txt.Strings)
        {
            byte[] octets = Encoding.Latin1.GetBytes(text);
            if (octets.Length > 255)
            {
                throw new ArgumentException("A string of a TXT record has at most 255 octets; split it.", nameof(txt));
            }

            if (!TryWriteOctets([(byte)octets.Length]) || !TryWriteOctets(octets))
            {
                return false;
            }
        }

        // At least one string is required (RFC 1035 3.3.14).
        return txt.Strings.Count != 0 || TryWriteOctets([0]);
    }

    private bool TryWriteName(DnsName name, bool compress)
    {
        var rest = name.Wire;
        while (rest[0] != 0)
        {
            if (compress && FindTarget(rest) is int target and >= 0)
            {
                return TryWriteUInt16((ushort)(0xC000 | target));
            }

            int label = rest[0] + 1;
            int at = _length;
            if (!TryWriteOctets(rest[..label]))
            {
                return false;
            }

            if (at < 0x4000 && _targets.Count < MaxTargets)
            {
                _targets.Add((ushort)at);
            }

            rest = rest[label..];
        }

        return TryWriteOctets([0]);
    }

    private readonly int FindTarget(ReadOnlySpan<byte> suffix)
    {
        foreach (ushort target in _targets)
        {
            if (Matches(target, suffix))
            {
                return target;
            }
        }

        return -1;
    }

    /// <summary>Whether the name written at an offset, following its pointers, is the suffix to the octet: case is preserved.</summary>
    private readonly bool Matches(int at, ReadOnlySpan<byte> suffix)
    {
        while (at < _length)
        {
            int octet = _room[at];
            if (octet >= 0xC0)
            {
                if (at + 1 >= _length)
                {
                    return false;
                }

                at = (octet & 0x3F) << 8 | _room[at + 1];
                continue;
            }

            if (octet != suffix[0] || at + octet + 1 > _length || !_room.Slice(at, octet + 1).SequenceEqual(suffix[..(octet + 1)]))
            {
                return false;
            }

            if (octet == 0)
            {
                return true;
            }

            suffix = suffix[(octet + 1)..];
            at += octet + 1;
        }

        return false;
    }

    private bool TryWriteUInt16(ushort value)
    {
        Span<byte> octets = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        return TryWriteOctets(octets);
    }

    private bool TryWriteUInt32(uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return TryWriteOctets(octets);
    }

    private bool TryWriteOctets(scoped ReadOnlySpan<byte> octets)
    {
        if (octets.Length > _room.Length - _length)
        {
            return false;
        }

        octets.CopyTo(_room[_length..]);
        _length += octets.Length;
        return true;
    }
}
