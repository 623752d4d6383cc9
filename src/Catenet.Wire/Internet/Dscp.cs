namespace Catenet.Wire.Internet;

/// <summary>Names of differentiated services codepoints and of the ECN field (RFC 2474, RFC 2597, RFC 3246, RFC 3168).</summary>
public static class Dscp
{
    /// <summary>Best effort.</summary>
    public const byte Default = 0;

    /// <summary>Expedited forwarding.</summary>
    public const byte ExpeditedForwarding = 46;

    /// <summary>The ECN field of a transport that does not take marks.</summary>
    public const byte NotEct = 0;

    /// <summary>ECN-capable transport (1).</summary>
    public const byte Ect1 = 1;

    /// <summary>ECN-capable transport (0).</summary>
    public const byte Ect0 = 2;

    /// <summary>Congestion experienced.</summary>
    public const byte CongestionExperienced = 3;

    /// <summary>The codepoint's name, or null where it has none.</summary>
    public static string? Name(ulong codepoint) => codepoint switch
    {
        0 => "CS0",
        ExpeditedForwarding => "EF",
        44 => "VOICE-ADMIT",
        8 or 16 or 24 or 32 or 40 or 48 or 56 => s_classes[codepoint / 8],
        >= 10 and <= 38 when codepoint % 2 == 0 && codepoint % 8 != 0 => s_assured[codepoint / 8 * 3 + codepoint % 8 / 2 - 4],
        _ => null,
    };

    /// <summary>The ECN field's name.</summary>
    public static string? EcnName(ulong ecn) => ecn switch { NotEct => "Not-ECT", Ect1 => "ECT(1)", Ect0 => "ECT(0)", CongestionExperienced => "CE", _ => null };

    private static readonly string[] s_classes = ["CS0", "CS1", "CS2", "CS3", "CS4", "CS5", "CS6", "CS7"];
    private static readonly string[] s_assured = ["AF11", "AF12", "AF13", "AF21", "AF22", "AF23", "AF31", "AF32", "AF33", "AF41", "AF42", "AF43"];
}
