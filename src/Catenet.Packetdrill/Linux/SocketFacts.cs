using System.Buffers.Binary;
using System.Numerics;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Code;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>What Linux tells Python of the socket under test: TCP_INFO, TCP_CC_INFO and SO_MEMINFO, each asked for once in a block.</summary>
internal sealed unsafe class SocketFacts(ScriptProcess process)
{
    private const int TcpInfo = 11, CcInfo = 26, MemInfo = 55, Room = 512;

    private byte[]? _info;
    private byte[]? _congestion;
    private byte[]? _memory;

    /// <summary>Lines of Python begin.</summary>
    public void Begin() => _info = _congestion = _memory = null;

    /// <summary>What a name comes to; null if it is none of these.</summary>
    public object? Find(string name)
    {
        if (TcpInfoLayout.Find(name) is { } field)
        {
            return Number(_info ??= Ask(Symbols.SOL_TCP, TcpInfo), field, name);
        }

        if (CongestionLayout.Find(name) is { } congestion)
        {
            return Number(_congestion ??= Ask(Symbols.SOL_TCP, CcInfo), congestion, name);
        }

        int place = Array.IndexOf(CongestionLayout.MemoryNames, name.ToLowerInvariant());
        return place >= 0
            ? Number(_memory ??= Ask(Symbols.SOL_SOCKET, MemInfo), new StructField(place * 4, 4), name)
            : TcpInfoNames.Constant(name) is { } constant ? new BigInteger(constant) : null;
    }

    private static object Number(byte[] structure, StructField field, string name)
    {
        if (structure.Length < field.Offset + field.Size)
        {
            throw new UnsupportedException($"Python: {name}, which this Linux does not tell");
        }

        var bytes = structure.AsSpan(field.Offset);
        ulong value = field.Size switch
        {
            1 => (ulong)((bytes[0] >> field.Shift) & (field.Bits == 0 ? 0xFF : (1 << field.Bits) - 1)),
            2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        };
        return new BigInteger(value);
    }

    private byte[] Ask(int level, int option)
    {
        var conversation = process.Conversations.UnderTest ?? throw new ScriptFailure("a socket that tells of itself", "none");
        var socket = process.SocketOf(conversation) ?? throw new ScriptFailure("a socket that tells of itself", "one that is closed or not accepted");
        byte* room = stackalloc byte[Room];
        uint length = Room;
        return RawCalls.GetSocketOption(socket.Number, level, option, room, &length) < 0
            ? throw new ScriptFailure($"getsockopt of level {level}, option {option}", $"the error {Catenet.Linux.Native.Libc.LastError}")
            : new ReadOnlySpan<byte>(room, (int)length).ToArray();
    }
}

/// <summary>Where a number stands in a structure.</summary>
/// <param name="Offset">Octets before it.</param>
/// <param name="Size">Octets of it.</param>
/// <param name="Shift">Bits under it in its octet.</param>
/// <param name="Bits">Its bits; zero if all of the octets are its.</param>
internal readonly record struct StructField(int Offset, int Size, int Shift = 0, int Bits = 0);
