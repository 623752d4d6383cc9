namespace Catenet.Lab.Forms;

/// <summary>What is wrong with a text, and which part of it.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Suggestion">How to put it right.</param>
/// <param name="Offset">Where the wrong part begins.</param>
/// <param name="Length">How long it is; 0 for the whole text.</param>
internal sealed record Complaint(string Message, string Suggestion = "", int Offset = 0, int Length = 0);

/// <summary>Reads a text; null when it could, otherwise what is wrong with it.</summary>
internal delegate Complaint? TextParser<T>(string text, out T value);
