namespace Catenet.Packetdrill.Running;

/// <summary>Something is not as the script has it.</summary>
internal sealed class ScriptFailure(string expected, string got) : Exception($"expected {expected}, got {got}")
{
    /// <summary>What the script has.</summary>
    public string Expected => expected;

    /// <summary>What came instead.</summary>
    public string Got => got;
}
