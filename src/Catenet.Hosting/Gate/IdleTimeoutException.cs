namespace Catenet.Hosting.Gate;

/// <summary>The process does not become idle, so virtual time cannot pass.</summary>
/// <param name="message">Which run, since when, and who was given work last.</param>
public sealed class IdleTimeoutException(string message) : TimeoutException(message);
