namespace Catenet.Lab.Running.Expectations;

/// <summary>Whether something holds, what was seen, and who is to blame if not.</summary>
internal readonly record struct Verdict(bool Holds, string Seen, string? Cause = null);
