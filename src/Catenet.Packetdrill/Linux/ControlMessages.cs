using System.Buffers.Binary;

namespace Catenet.Packetdrill.Linux;

/// <summary>A control message: struct cmsghdr and its data.</summary>
/// <param name="Level">cmsg_level.</param>
/// <param name="Type">cmsg_type.</param>
/// <param name="Data">The data.</param>
internal sealed record ControlMessage(int Level, int Type, byte[] Data);

/// <summary>Control messages as recvmsg and sendmsg have them on 64-bit Linux.</summary>
internal static class ControlMessages
{
    private const int Header = 16;

    /// <summary>All in a buffer.</summary>
    public static List<ControlMessage> Read(ReadOnlySpan<byte> buffer)
    {
        var messages = new List<ControlMessage>();
        while (buffer.Length >= Header)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(buffer);
            if (length < Header || length > buffer.Length)
            {
                break;
            }

            messages.Add(new ControlMessage(BinaryPrimitives.ReadInt32LittleEndian(buffer[8..]), BinaryPrimitives.ReadInt32LittleEndian(buffer[12..]), buffer[Header..length].ToArray()));
            buffer = buffer[Math.Min(Aligned(length), buffer.Length)..];
        }

        return messages;
    }

    /// <summary>A buffer of them.</summary>
    public static byte[] Write(IEnumerable<ControlMessage> messages)
    {
        var bytes = new List<byte>();
        foreach (var message in messages)
        {
            var one = new byte[Aligned(Header + message.Data.Length)];
            BinaryPrimitives.WriteInt64LittleEndian(one, Header + message.Data.Length);
            BinaryPrimitives.WriteInt32LittleEndian(one.AsSpan(8), message.Level);
            BinaryPrimitives.WriteInt32LittleEndian(one.AsSpan(12), message.Type);
            message.Data.CopyTo(one, Header);
            bytes.AddRange(one);
        }

        return [.. bytes];
    }

    private static int Aligned(int length) => (length + 7) & ~7;
}
