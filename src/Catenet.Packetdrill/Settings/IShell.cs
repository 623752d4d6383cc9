using Catenet.Packetdrill.Language;

namespace Catenet.Packetdrill.Settings;

/// <summary>What the commands of a script's shell lines act on.</summary>
internal interface IShell
{
    /// <summary>Sets what scripts mean by their common defaults.</summary>
    void SetDefaults();

    /// <summary>Sets a sysctl.</summary>
    /// <exception cref="UnsupportedException">There is none such, or not that value.</exception>
    void SetSysctl(string name, string value);

    /// <summary>Carries out <c>ip</c>.</summary>
    /// <param name="words">Its arguments.</param>
    /// <param name="command">The whole line, for messages.</param>
    /// <exception cref="UnsupportedException">It asks for what there is not.</exception>
    void Ip(List<string> words, string command);

    /// <summary>Carries out a program for what it prints; false if it is not known.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="search">What is searched for in it.</param>
    /// <param name="output">What it has printed.</param>
    bool TryRead(string program, List<string> arguments, string search, out string output);

    /// <summary>Carries out another program; false if it is not known.</summary>
    bool TryRun(string program, List<string> arguments);
}
