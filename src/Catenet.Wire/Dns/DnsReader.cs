using System.Text;
using Catenet.Core;

namespace Catenet.Wire.Dns;

/// <summary>Reads names, questions and records of a message one after another; a failed read leaves the rest unusable.</summary>
public ref struct DnsReader
{
    private readonly ReadOnlySpan<byte> _message;
    private int _offset;

    /// <summary>Begins at an offset of the message, usually behind its header.</summary>
    public DnsReader(ReadOnlySpan<byte> message, int offset = DnsHeaderView.Size)
    {
        _message = message;
        _offset = Math.Min(offset, message.Length);
    }

    /// <summary>Where the next read begins.</summary>
    public readonly int Offset => _offset;

    /// <summary>Reads a name, following compression (RFC 1035 4.1.4).</summary>
    /// <returns>False if it runs out of the message, is too long, or if a pointer does not point backwards: so no loop can occur.</returns>
    public bool TryReadName(out DnsName name)
    {
        name = DnsName.Root;
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        int length = 0;
        int at = _offset;
        int limit = _offset;
        int end = -1;
        while (true)
        {
            if (at >= _message.Length)
            {
                return false;
            }

            int octet = _message[at];
            if (octet >= 0xC0)
            {
                if (at + 1 >= _message.Length)
                {
                    return false;
                }

                end = end < 0 ? at + 2 : end;
                at = (octet & 0x3F) << 8 | _message[at + 1];
                if (at >= limit)
                {
                    return false;
                }

                limit = at;
                continue;
            }

            if (octet > DnsName.MaxLabel || length + octet + 1 > DnsName.MaxLength || at + octet + 1 > _message.Length)
            {
                return false;
            }

            _message.Slice(at, octet + 1).CopyTo(wire[length..]);
            length += octet + 1;
            at += octet + 1;
            if (octet == 0)
            {
                _offset = end < 0 ? at : end;
                return DnsName.TryFromWire(wire[..length], out name);
            }
        }
    }

    /// <summary>Reads a question.</summary>
    public bool TryReadQuestion(out DnsQuestion question)
    {
        question = s_noQuestion;
        if (!TryReadName(out var name) || _offset + 4 > _message.Length)
        {
            return false;
        }

        question = new DnsQuestion(name, (DnsType)Octets.U16(_message, _offset), (DnsClass)Octets.U16(_message, _offset + 2));
        _offset += 4;
        return true;
    }

    /// <summary>Reads a record; the data of an OPT record stays opaque.</summary>
    public bool TryReadRecord(out DnsRecord record)
    {
        record = s_noRecord;
        if (!TryReadName(out var name) || _offset + 10 > _message.Length)
        {
            return false;
        }

        var type = (DnsType)Octets.U16(_message, _offset);
        var recordClass = (DnsClass)Octets.U16(_message, _offset + 2);
        uint ttl = Octets.U32(_message, _offset + 4);
        int length = Octets.U16(_message, _offset + 8);
        _offset += 10;
        if (_offset + length > _message.Length || !TryReadData(type, _offset + length, out var data))
        {
            return false;
        }

        record = new DnsRecord(name, type, recordClass, ttl, data);
        return true;
    }

    private static readonly DnsQuestion s_noQuestion = new(DnsName.Root, default, default);
    private static readonly DnsRecordData s_noData = new DnsOpaqueData(default);
    private static readonly DnsRecord s_noRecord = new(DnsName.Root, default, default, 0, s_noData);

    /// <summary>Reads data that must end exactly at <paramref name="end"/>, which lies within the message.</summary>
    private bool TryReadData(DnsType type, int end, out DnsRecordData data)
    {
        data = s_noData;
        int length = end - _offset;
        switch (type)
        {
            case DnsType.A when length == 4:
                data = new DnsAddressData(Octets.IPv4(_message, _offset));
                _offset = end;
                break;
            case DnsType.AAAA when length == 16 && !Octets.IPv6(_message, _offset).IsIPv4:
                data = new DnsAddressData(Octets.IPv6(_message, _offset));
                _offset = end;
                break;
            case DnsType.NS or DnsType.CNAME or DnsType.PTR when length != 0:
                if (!TryReadName(out var target))
                {
                    return false;
                }

                data = new DnsNameData(target);
                break;
            case DnsType.SOA when length != 0:
                return TryReadSoa(end, out data);
            case DnsType.MX when length > 2:
                ushort preference = Octets.U16(_message, _offset);
                _offset += 2;
                if (!TryReadName(out var exchange))
                {
                    return false;
                }

                data = new DnsMxData(preference, exchange);
                break;
            case DnsType.SRV when length > 6:
                return TryReadSrv(end, out data);
            case DnsType.TXT when length != 0:
                return TryReadTxt(end, out data);
            case DnsType.A when length != 0:
            case DnsType.AAAA when length is not 0 and not 16:
                return false;
            default:
                data = new DnsOpaqueData(_message[_offset..end].ToArray());
                _offset = end;
                break;
        }

        return _offset == end;
    }

    private bool TryReadSoa(int end, out DnsRecordData data)
    {
        data = s_noData;
        if (!TryReadName(out var server) || !TryReadName(out var mailbox) || _offset + 20 != end)
        {
            return false;
        }

        data = new DnsSoaData(server, mailbox, Octets.U32(_message, _offset), Octets.U32(_message, _offset + 4),
            Octets.U32(_message, _offset + 8), Octets.U32(_message, _offset + 12), Octets.U32(_message, _offset + 16));
        _offset = end;
        return true;
    }

    private bool TryReadSrv(int end, out DnsRecordData data)
    {
        data = s_noData;
        int start = _offset;
        _offset += 6;
        if (!TryReadName(out var target) || _offset != end)
        {
            return false;
        }

        data = new DnsSrvData(Octets.U16(_message, start), Octets.U16(_message, start + 2), Octets.U16(_message, start + 4), target);
        return true;
    }

    private bool TryReadTxt(int end, out DnsRecordData data)
    {
        data = s_noData;
        var strings = new List<string>(1);
        while (_offset < end)
        {
            int length = _message[_offset];
            if (_offset + 1 + length > end)
            {
                return false;
            }

            strings.Add(Encoding.Latin1.GetString(_message.Slice(_offset + 1, length)));
            _offset += 1 + length;
        }

        data = new DnsTxtData(strings);
        return true;
    }
}
