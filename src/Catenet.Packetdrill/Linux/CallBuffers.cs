using Catenet.Linux.Native;
using Catenet.Packetdrill.Calls;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Linux;

/// <summary>The buffers of a call: one, or those of a vector.</summary>
internal sealed unsafe class CallBuffers
{
    private readonly List<(Expression Data, int Length, nint Address)> _parts = [];

    public CallBuffers(Arena memory, Expression? vector, Func<Expression, long, byte[]?> fill)
    {
        foreach (var item in vector is ListExpression list ? list.Items : [])
        {
            var (data, length) = item is StructExpression { Fields: [var d, var l] } ? (d.Value, Values.Number(l.Value)) : throw new UnsupportedException($"the buffer {item}");
            Add(memory, data, length, fill);
        }

        Vectors = memory.Allocate(_parts.Count * sizeof(IoVector));
        for (int i = 0; i < _parts.Count; i++)
        {
            ((IoVector*)Vectors)[i] = new IoVector((void*)_parts[i].Address, _parts[i].Length);
        }
    }

    public CallBuffers(Arena memory, Expression data, long length, Func<Expression, long, byte[]?> fill) => Add(memory, data, length, fill);

    /// <summary>Where the array of struct iovec is.</summary>
    public nint Vectors { get; }

    /// <summary>How many buffers there are.</summary>
    public int Count => _parts.Count;

    /// <summary>Where the first one is.</summary>
    public nint First => _parts[0].Address;

    /// <summary>Buffers of zeros, to be filled by Linux.</summary>
    public static byte[]? Empty(Expression data, long length) => null;

    /// <summary>What was read must be what the script says, where it says something.</summary>
    public void Verify(long read)
    {
        foreach (var (expected, length, address) in _parts)
        {
            int count = (int)Math.Min(length, read);
            read -= count;
            if (expected is TextExpression { Value.Length: > 0 } text)
            {
                int most = Math.Min(text.Value.Length, count);
                var came = new ReadOnlySpan<byte>((void*)address, most);
                if (!came.SequenceEqual(Values.Buffer(expected, most)))
                {
                    throw new ScriptFailure($"the data {expected}", $"\"{System.Text.Encoding.Latin1.GetString(came)}\"");
                }
            }
        }
    }

    private void Add(Arena memory, Expression data, long length, Func<Expression, long, byte[]?> fill)
    {
        length = Math.Clamp(length, 0, 1 << 26);
        if (data is SymbolExpression { Name: "NULL" })
        {
            _parts.Add((data, (int)length, 0));
            return;
        }

        _parts.Add((data, (int)length, fill(data, length) is { } bytes ? memory.Copy(bytes) : memory.Allocate(length)));
    }
}
