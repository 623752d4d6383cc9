namespace Catenet.Packetdrill.Language;

/// <summary>A script asks for something that Catenet has not got: neither its fault nor a failure.</summary>
/// <param name="construct">What it is, as the script names it.</param>
/// <param name="line">The line, if it is not that of the present event; zero if it is.</param>
public sealed class UnsupportedException(string construct, int line = 0) : Exception(construct)
{
    /// <summary>The line, if it is not that of the present event; zero if it is.</summary>
    public int Line => line;
}
