using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Catenet.Core;
using Catenet.Kernel.Sockets;

namespace Catenet.Programs.Iperf;

/// <summary>iperf3's control connection: a cookie first, then states of one octet and JSON texts behind their length.</summary>
internal sealed class IperfControl(NetSocket socket) : IDisposable
{
    /// <summary>36 characters and a zero: names the test, so that its streams are known from others.</summary>
    public const int CookieSize = 37;

    /// <summary>The longest JSON text taken from the other end, in octets.</summary>
    public const int MaxText = 256 * 1024;

    /// <summary>Makes a cookie.</summary>
    public static byte[] NewCookie(RandomStream random)
    {
        byte[] cookie = new byte[CookieSize];
        for (int i = 0; i < CookieSize - 1; i++)
        {
            cookie[i] = "abcdefghijklmnopqrstuvwxyz234567"u8[random.Next(32)];
        }

        return cookie;
    }

    /// <summary>Reads exactly so much.</summary>
    /// <exception cref="IperfException">The other end closed.</exception>
    public static async Task ReadAsync(NetSocket from, Memory<byte> buffer, CancellationToken token)
    {
        while (buffer.Length > 0)
        {
            int count = await from.ReceiveAsync(buffer, SocketFlags.None, token);
            if (count == 0)
            {
                throw new IperfException("The other end closed the control connection.");
            }

            buffer = buffer[count..];
        }
    }

    public async Task SendAsync(IperfState state, CancellationToken token) =>
        await socket.SendAsync(new[] { unchecked((byte)state) }, SocketFlags.None, token);

    public async Task<IperfState> ReceiveStateAsync(CancellationToken token)
    {
        byte[] octet = new byte[1];
        await ReadAsync(socket, octet, token);
        return (IperfState)unchecked((sbyte)octet[0]);
    }

    /// <summary>Receives a state and refuses any but the one that must come now.</summary>
    public async Task ExpectAsync(IperfState expected, CancellationToken token)
    {
        var state = await ReceiveStateAsync(token);
        if (state != expected)
        {
            throw new IperfException($"The other end said {state} where {expected} was due.");
        }
    }

    public async Task SendAsync(JsonObject text, CancellationToken token)
    {
        byte[] json = Encoding.UTF8.GetBytes(text.ToJsonString());
        byte[] message = new byte[4 + json.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, json.Length);
        json.CopyTo(message, 4);
        await socket.SendAsync(message, SocketFlags.None, token);
    }

    /// <summary>Receives a JSON object.</summary>
    /// <exception cref="IperfException">It is too long or not JSON.</exception>
    public async Task<JsonObject> ReceiveAsync(CancellationToken token)
    {
        byte[] head = new byte[4];
        await ReadAsync(socket, head, token);
        int length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is <= 0 or > MaxText)
        {
            throw new IperfException($"The other end announces {length} octets of JSON; {MaxText} are taken at most.");
        }

        byte[] json = new byte[length];
        await ReadAsync(socket, json, token);
        try
        {
            return JsonNode.Parse(json) as JsonObject ?? throw new IperfException("The other end sent something else than a JSON object.");
        }
        catch (JsonException e)
        {
            throw new IperfException("The other end sent something else than JSON.", e);
        }
    }

    public void Dispose() => socket.Dispose();
}
