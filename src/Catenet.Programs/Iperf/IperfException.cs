namespace Catenet.Programs.Iperf;

/// <summary>An iperf3 test could not go on: the server is busy, the other end spoke out of turn or went away.</summary>
public sealed class IperfException : Exception
{
    /// <summary>Makes it.</summary>
    /// <param name="message">What happened.</param>
    public IperfException(string message)
        : base(message)
    {
    }

    /// <summary>Makes it.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">Why.</param>
    public IperfException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
