namespace Catenet.Programs.Dns;

/// <summary>How far a record set is to be trusted, by where it stood in a message (RFC 2181 5.4.1).</summary>
public enum DnsTrust
{
    /// <summary>Glue, or another additional record: good enough to find a server by, not to answer with.</summary>
    Glue,

    /// <summary>The NS records of a referral: the parent's word.</summary>
    Referral,

    /// <summary>An answer from a cache.</summary>
    Answer,

    /// <summary>An answer from an authority.</summary>
    Authority,
}
