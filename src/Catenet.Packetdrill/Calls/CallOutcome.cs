namespace Catenet.Packetdrill.Calls;

/// <summary>What a system call comes back with.</summary>
/// <param name="Value">The result; -1 with an error.</param>
/// <param name="Error">The error's name; null if there is none.</param>
public readonly record struct CallOutcome(long Value, string? Error)
{
    /// <summary>When it came back; null if at this moment.</summary>
    public Instant? At { get; init; }

    /// <summary>It went well.</summary>
    public static CallOutcome Success => default;

    /// <summary>It failed with an error.</summary>
    public static CallOutcome Fail(string error) => new(-1, error);

    /// <summary>It would have to wait.</summary>
    public static CallOutcome Again => Fail("EAGAIN");

    /// <summary>Whether it would have to wait.</summary>
    public bool IsAgain => Error == "EAGAIN";

    /// <summary>As strace has it.</summary>
    public override string ToString() => Error is null ? Value.ToString(System.Globalization.CultureInfo.InvariantCulture) : $"{Value} {Error}";
}
