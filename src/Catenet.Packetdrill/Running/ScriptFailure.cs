namespace Catenet.Packetdrill.Running;

/// <summary>Something is not as the script has it.</summary>
internal sealed class ScriptFailure(string expected, string got) : Exception($"expected {expected}, got {got}")
{
    /// <summary>Whether the script itself was not on time, since the machine was busy: that says nothing of the stack.</summary>
    public bool IsDisturbance { get; init; }

    /// <summary>What the script has.</summary>
    public string Expected => expected;

    /// <summary>What came instead.</summary>
    public string Got => got;
}
