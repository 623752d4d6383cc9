namespace Catenet.Wire.Dns;

/// <summary>A DNS message (RFC 1035 4). Immutable: change one with <c>with</c>.</summary>
public sealed record DnsMessage
{
    /// <summary>The most octets over UDP without EDNS (RFC 1035 4.2.1).</summary>
    public const int MaxUdpSize = 512;

    /// <summary>The most octets of any message.</summary>
    public const int MaxSize = 65535;

    /// <summary>The identifier that ties a response to its query.</summary>
    public ushort Id { get; init; }

    /// <summary>QR: whether this is a response.</summary>
    public bool IsResponse { get; init; }

    /// <summary>The kind of query.</summary>
    public DnsOpcode Opcode { get; init; }

    /// <summary>AA: whether the server is an authority for the name.</summary>
    public bool IsAuthoritative { get; init; }

    /// <summary>TC: whether the message was cut; ask again over TCP.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>RD: whether the server is to find the answer.</summary>
    public bool RecursionDesired { get; init; }

    /// <summary>RA: whether the server finds answers.</summary>
    public bool RecursionAvailable { get; init; }

    /// <summary>AD: whether the data is authentic (RFC 4035).</summary>
    public bool AuthenticData { get; init; }

    /// <summary>CD: whether the asker verifies by itself (RFC 4035).</summary>
    public bool CheckingDisabled { get; init; }

    /// <summary>The response code; one above 15 is written only with <see cref="Edns"/>.</summary>
    public DnsResponseCode ResponseCode { get; init; }

    /// <summary>The questions: in practice one (RFC 9619).</summary>
    public IReadOnlyList<DnsQuestion> Questions { get; init; } = [];

    /// <summary>The answers.</summary>
    public IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    /// <summary>Records of authority: a referral's NS records, a negative answer's SOA.</summary>
    public IReadOnlyList<DnsRecord> Authorities { get; init; } = [];

    /// <summary>Additional records, glue above all, without the OPT record.</summary>
    public IReadOnlyList<DnsRecord> Additionals { get; init; } = [];

    /// <summary>What the OPT record says; null without one.</summary>
    public DnsEdns? Edns { get; init; }

    /// <summary>A query of one question.</summary>
    public static DnsMessage Query(ushort id, DnsName name, DnsType type, bool recursionDesired = true, DnsEdns? edns = null) => new()
    {
        Id = id,
        RecursionDesired = recursionDesired,
        Questions = [new DnsQuestion(name, type)],
        Edns = edns,
    };

    /// <summary>The empty response to this query: same identifier, kind, question and RD and CD bits; EDNS if the query had it.</summary>
    public DnsMessage Reply(DnsResponseCode code = DnsResponseCode.NoError) => new()
    {
        Id = Id,
        IsResponse = true,
        Opcode = Opcode,
        RecursionDesired = RecursionDesired,
        CheckingDisabled = CheckingDisabled,
        ResponseCode = code,
        Questions = Questions,
        Edns = Edns is null ? null : new DnsEdns(DnsEdns.RecommendedPayloadSize, 0, Edns.DnssecOk, []),
    };

    /// <summary>The octets a response over UDP to this query may have (RFC 6891 6.2.3).</summary>
    /// <param name="most">The server's own limit.</param>
    public int UdpLimit(int most = DnsEdns.RecommendedPayloadSize) =>
        Edns is null ? MaxUdpSize : Math.Clamp((int)Edns.UdpPayloadSize, MaxUdpSize, Math.Max(MaxUdpSize, most));

    /// <summary>Reads a whole message; octets behind it are ignored.</summary>
    /// <returns>False if a count, name or record does not hold what it promises, or if there are two OPT records.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, out DnsMessage message)
    {
        message = s_empty;
        if (!DnsHeaderView.TryParse(data, out var header) || data.Length > MaxSize)
        {
            return false;
        }

        var reader = new DnsReader(data);
        var questions = new List<DnsQuestion>();
        for (int i = header.Count(0); i > 0; i--)
        {
            if (!reader.TryReadQuestion(out var question))
            {
                return false;
            }

            questions.Add(question);
        }

        if (!TryReadSection(ref reader, header.Count(1), out var answers) || !TryReadSection(ref reader, header.Count(2), out var authorities) ||
            !TryReadSection(ref reader, header.Count(3), out var additionals) || !DnsOpt.TryTake(additionals, out var edns, out int extendedCode))
        {
            return false;
        }

        int flags = header.Flags;
        message = new DnsMessage
        {
            Id = header.Id,
            IsResponse = header.IsResponse,
            Opcode = header.Opcode,
            IsAuthoritative = (flags & 0x0400) != 0,
            IsTruncated = header.IsTruncated,
            RecursionDesired = (flags & 0x0100) != 0,
            RecursionAvailable = (flags & 0x0080) != 0,
            AuthenticData = (flags & 0x0020) != 0,
            CheckingDisabled = (flags & 0x0010) != 0,
            ResponseCode = (DnsResponseCode)(extendedCode << 4 | (flags & 0xF)),
            Questions = questions,
            Answers = answers,
            Authorities = authorities,
            Additionals = additionals,
            Edns = edns,
        };
        return true;
    }

    private static readonly DnsMessage s_empty = new();

    private static bool TryReadSection(ref DnsReader reader, int count, out List<DnsRecord> records)
    {
        records = [];
        while (count-- > 0)
        {
            if (!reader.TryReadRecord(out var record))
            {
                return false;
            }

            records.Add(record);
        }

        return true;
    }

    /// <summary>
    /// Writes the message into the room and returns its size. What does not fit is left out by whole record sets, and TC is set
    /// if those were answers, authorities or the glue of a referral (RFC 2181 9, RFC 9471 3); the OPT record always stays.
    /// </summary>
    /// <exception cref="ArgumentException">Not even header, questions and OPT record fit.</exception>
    public int Write(Span<byte> room)
    {
        var opt = Edns is null ? null : DnsOpt.ToRecord(Edns, (int)ResponseCode >> 4);
        int reserved = opt is null ? 0 : 11 + ((DnsOpaqueData)opt.Data).Octets.Length;
        var body = new DnsWriter(room[..Math.Max(0, Math.Min(room.Length, MaxSize) - reserved)]);
        foreach (var question in Questions)
        {
            if (!body.TryWriteQuestion(question))
            {
                throw new ArgumentException("There is no room for header and questions.", nameof(room));
            }
        }

        bool isWhole = WriteSection(ref body, Answers, out int answers) & WriteSection(ref body, Authorities, out int authorities);
        int additionals = 0;
        bool isReferral = Answers.Count == 0 && Authorities.Count != 0 && Authorities[0].Type == DnsType.NS;
        if (isWhole && !WriteSection(ref body, Additionals, out additionals))
        {
            isWhole = !isReferral;
        }

        int length = body.Length;
        if (opt is not null)
        {
            var tail = new DnsWriter(room) { Length = length };
            tail.TryWriteRecord(opt);
            length = tail.Length;
            additionals++;
        }

        DnsHeaderView.Write(room, Id, FlagWord(IsTruncated || !isWhole), Questions.Count, answers, authorities, additionals);
        return length;
    }

    /// <summary>The message as octets.</summary>
    /// <param name="limit">The most octets it may have; see <see cref="Write"/> for what is left out.</param>
    public byte[] ToArray(int limit = MaxSize)
    {
        byte[] room = new byte[Math.Min(limit, MaxSize)];
        return room[..Write(room)];
    }

    private ushort FlagWord(bool truncated) => (ushort)((IsResponse ? 0x8000 : 0) | ((int)Opcode & 0xF) << 11 | (IsAuthoritative ? 0x0400 : 0) |
        (truncated ? 0x0200 : 0) | (RecursionDesired ? 0x0100 : 0) | (RecursionAvailable ? 0x0080 : 0) | (AuthenticData ? 0x0020 : 0) |
        (CheckingDisabled ? 0x0010 : 0) | ((int)ResponseCode & 0xF));

    /// <summary>Writes records until one does not fit; then its whole record set is taken out.</summary>
    private static bool WriteSection(ref DnsWriter writer, IReadOnlyList<DnsRecord> records, out int written)
    {
        int setStart = writer.Length;
        int setIndex = 0;
        for (written = 0; written < records.Count; written++)
        {
            var record = records[written];
            if (record.Type != records[setIndex].Type || record.Name != records[setIndex].Name)
            {
                setStart = writer.Length;
                setIndex = written;
            }

            if (!writer.TryWriteRecord(record))
            {
                writer.Length = setStart;
                written = setIndex;
                return false;
            }
        }

        return true;
    }
}
