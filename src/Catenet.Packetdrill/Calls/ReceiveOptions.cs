using System.Net.Sockets;
using Catenet.Kernel;
using Catenet.Kernel.Tcp;

namespace Catenet.Packetdrill.Calls;

/// <summary>The options of a stream socket that have to do with receiving and closing, by Linux's numbers and with its limits.</summary>
internal sealed class ReceiveOptions(Host host)
{
    private const int OutOfBandInline = 10, LowWater = 18, SendLowWater = 19, PeekOff = 42;
    private const int Linger2 = 8, WindowClamp = 10, QuickAck = 12, Inquiry = 36;
    private const int LongestLinger2 = 120;

    /// <summary>SO_PEEK_OFF; -1: off.</summary>
    public int PeekOffset { get; private set; } = -1;

    /// <summary>TCP_INQ: recvmsg tells how much is left to read.</summary>
    public bool TellsRest { get; private set; }

    /// <summary>Sets an option; null if it is none of these.</summary>
    public CallOutcome? Set(TcpOptionValues options, TcpConnection? connection, int level, int name, int value)
    {
        switch (level, name)
        {
            case (Symbols.SOL_SOCKET, OutOfBandInline):
                options.Values = options.Values with { OutOfBandInline = value != 0 };
                break;
            case (Symbols.SOL_SOCKET, LowWater):
                if (connection is null)
                {
                    options.Values = options.Values with { ReceiveLowWater = Math.Max(1, value < 0 ? int.MaxValue : value) };
                }
                else
                {
                    connection.SetReceiveLowWater(value);
                }

                break;
            case (Symbols.SOL_SOCKET, SendLowWater):
                return CallOutcome.Fail("ENOPROTOOPT");
            case (Symbols.SOL_SOCKET, PeekOff):
                PeekOffset = Math.Max(value, -1);
                break;
            case (Symbols.SOL_TCP, Linger2):
                options.Values = options.Values with { Linger2 = value < 0 ? Duration.FromSeconds(-1) : Duration.FromSeconds(Math.Min(value, LongestLinger2)) };
                break;
            case (Symbols.SOL_TCP, WindowClamp):
                return Clamp(options, connection, value);
            case (Symbols.SOL_TCP, QuickAck):
                options.Values = options.Values with { QuickAck = value != 0 };
                connection?.SetQuickAck(value);
                break;
            case (Symbols.SOL_TCP, Inquiry):
                if (value is < 0 or > 1)
                {
                    return CallOutcome.Fail("EINVAL");
                }

                TellsRest = value == 1;
                break;
            default:
                return null;
        }

        return CallOutcome.Success;
    }

    /// <summary>Tells an option; null if it is none of these.</summary>
    public long? Get(TcpSocketOptions options, TcpConnection? connection, int level, int name) => (level, name) switch
    {
        (Symbols.SOL_SOCKET, OutOfBandInline) => options.OutOfBandInline ? 1 : 0,
        (Symbols.SOL_SOCKET, LowWater) => options.ReceiveLowWater,
        (Symbols.SOL_SOCKET, SendLowWater) => 1,
        (Symbols.SOL_SOCKET, PeekOff) => PeekOffset,
        (Symbols.SOL_SOCKET, 8) when connection is not null => connection.ReceiveBuffer,
        (Symbols.SOL_TCP, Linger2) => options.Linger2 < Duration.Zero ? -1
            : (long)(options.Linger2 > Duration.Zero ? options.Linger2 : host.Settings.Tcp.FinTimeout).TotalSeconds,
        (Symbols.SOL_TCP, WindowClamp) => connection?.WindowClamp ?? options.WindowClamp,
        (Symbols.SOL_TCP, QuickAck) => connection?.IsQuickAck ?? options.QuickAck ? 1 : 0,
        (Symbols.SOL_TCP, Inquiry) => TellsRest ? 1 : 0,
        _ => null,
    };

    /// <summary>A connection begins with what its listener has.</summary>
    public void Inherit(ReceiveOptions listener)
    {
        TellsRest = listener.TellsRest;
        PeekOffset = listener.PeekOffset;
    }

    /// <summary>Octets were looked at.</summary>
    public void OnPeek(int octets) => PeekOffset += PeekOffset >= 0 ? octets : 0;

    /// <summary>Octets were read.</summary>
    public void OnRead(int octets) => PeekOffset = PeekOffset >= 0 ? Math.Max(0, PeekOffset - octets) : -1;

    private static CallOutcome Clamp(TcpOptionValues options, TcpConnection? connection, int value)
    {
        if (connection is not null)
        {
            return Errno.Outcome(connection.SetWindowClamp(value));
        }

        options.Values = options.Values with { WindowClamp = value == 0 ? 0 : Math.Max(value, 1152) };
        return CallOutcome.Success;
    }
}
