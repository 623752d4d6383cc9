namespace Catenet.Programs.Iperf;

/// <summary>The octets that the two ends of an iperf3 test tell each other on the control connection.</summary>
internal enum IperfState : sbyte
{
    AccessDenied = -1,
    ServerError = -2,
    TestStart = 1,
    TestRunning = 2,
    TestEnd = 4,
    ParameterExchange = 9,
    CreateStreams = 10,
    ServerTerminate = 11,
    ClientTerminate = 12,
    ExchangeResults = 13,
    DisplayResults = 14,
    Done = 16,
}
