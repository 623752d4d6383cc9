using System.Buffers.Binary;
using System.Text;
using Catenet.Linux.Native;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>getsockopt and setsockopt: numbers, texts and a few structures, as the script has them.</summary>
internal sealed unsafe class LinuxOptionCalls(ScriptProcess process) : LinuxCallGroup(process)
{
    private const int Room = 1024, Congestion = 13;

    public LinuxCall Set(CallAction call)
    {
        int descriptor = Descriptor(call, 0), level = (int)Number(call, 1), name = (int)Number(call, 2);
        var given = Only(Argument(call, 3));
        var md5 = given is StructExpression structure && Md5Setting.Is(level, name) ? Md5Setting.From(structure, Process.Addressing) : null;
        byte[] value = md5?.Encode() ?? Bytes(given, level, name);
        int length = (int)Number(call, 4, value.Length);
        nint pointer = Memory.Allocate(Math.Max(length, value.Length) + 8);
        value.CopyTo(new Span<byte>((void*)pointer, value.Length));
        if ((level, name) == (Symbols.SOL_TCP, Congestion) && Process.Socket(Argument(call, 0)) is { } socket)
        {
            socket.HasUsualCongestion = false;
        }

        if (md5 is { KeyLength: > 0 } && md5.KeyLength <= md5.Key.Length)
        {
            Process.Conversations.Md5Key = md5.Key[..md5.KeyLength];
        }

        return new LinuxCall(() => RawCalls.Result(Libc.SetSocketOption(descriptor, level, name, (void*)pointer, (uint)length)));
    }

    public LinuxCall Get(CallAction call)
    {
        int descriptor = Descriptor(call, 0), level = (int)Number(call, 1), name = (int)Number(call, 2);
        var expected = Only(Argument(call, 3));
        nint pointer = Memory.Allocate(Room), size = Memory.Allocate(sizeof(uint));
        *(uint*)size = (uint)Math.Clamp(Number(call, 4, Room), 0, Room);
        return new LinuxCall(() => RawCalls.Result(RawCalls.GetSocketOption(descriptor, level, name, (void*)pointer, (uint*)size)))
        {
            Finish = value =>
            {
                if (value >= 0 && !Values.IsAny(expected))
                {
                    Compare(SymbolicOptions.NameOf(level, name), expected, new ReadOnlySpan<byte>((void*)pointer, (int)Math.Min(*(uint*)size, Room)));
                }

                return value;
            },
        };
    }

    private static Expression Only(Expression value) => value is ListExpression { Items: [var only] } ? only : value;

    private static byte[] Bytes(Expression value, int level, int name)
    {
        switch (value)
        {
            case TextExpression text:
                return Encoding.Latin1.GetBytes(text.Value + "\0")[..^1] is { Length: > 0 } bytes ? bytes : [0];
            case StructExpression linger when linger.Has("onoff") || linger.Has("linger"):
                return Numbers(4, Field(linger, "onoff"), Field(linger, "linger"));
            case StructExpression time when time.Has("tv_sec"):
                return Numbers(8, Field(time, "tv_sec"), Field(time, "tv_usec"));
            case StructExpression:
                throw new UnsupportedException($"the socket option {SymbolicOptions.NameOf(level, name)} with {value}");
            default:
                long number = Values.TryNumber(value) ?? 0;
                return number is > uint.MaxValue or < int.MinValue ? Numbers(8, number) : Numbers(4, number);
        }
    }

    private static byte[] Numbers(int size, params ReadOnlySpan<long> values)
    {
        var bytes = new byte[size * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (size == 8)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * size), values[i]);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * size), unchecked((int)values[i]));
            }
        }

        return bytes;
    }

    private static void Compare(string name, Expression expected, ReadOnlySpan<byte> came)
    {
        switch (expected)
        {
            case TextExpression text:
                string actual = Encoding.Latin1.GetString(came).TrimEnd('\0');
                if (actual != text.Value.TrimEnd('\0'))
                {
                    throw new ScriptFailure($"{name} {expected}", $"\"{actual}\"");
                }

                break;
            case StructExpression linger when linger.Has("onoff") || linger.Has("linger"):
                Verify("onoff", linger["onoff"], BinaryPrimitives.ReadInt32LittleEndian(came));
                Verify("linger", linger["linger"], BinaryPrimitives.ReadInt32LittleEndian(came[4..]));
                break;
            case StructExpression time when time.Has("tv_sec"):
                Verify("tv_sec", time["tv_sec"], BinaryPrimitives.ReadInt64LittleEndian(came));
                Verify("tv_usec", time["tv_usec"], BinaryPrimitives.ReadInt64LittleEndian(came[8..]));
                break;
            case StructExpression:
                throw new UnsupportedException($"the socket option {name} with {expected}");
            default:
                Verify(name, expected, came.Length switch
                {
                    8 => BinaryPrimitives.ReadInt64LittleEndian(came),
                    >= 4 => BinaryPrimitives.ReadInt32LittleEndian(came),
                    >= 1 => came[0],
                    _ => 0,
                });
                break;
        }
    }
}
