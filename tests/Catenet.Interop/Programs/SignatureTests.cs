using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Catenet.Interop.Programs.Support;
using Catenet.Kernel.Sockets;

namespace Catenet.Interop.Programs;

/// <summary>Connections whose every segment is signed (RFC 2385), between Linux's TCP_MD5SIG and Catenet's.</summary>
/// <remarks>TCP-AO is not tested here: it takes a Linux built with CONFIG_TCP_AO. The vectors of RFC 9235 judge it in the kernel's tests.</remarks>
public sealed class SignatureTests
{
    private const string Key = "a key of both";

    public static TheoryData<Terrain, bool, bool> Everything => ConnectionTests.Everything;

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task Linux_and_Catenet_exchange_signed_segments(Terrain terrain, bool v6, bool linuxFirst)
    {
        Needs.Linux();
        using var pair = new Pair(terrain);
        byte[] data = Transfer.Pattern(300_000, 1);
        var (linux, catenet) = await ConnectAsync(pair, v6, linuxFirst, Key, Key);
        using (linux)
        using (catenet)
        {
            await Task.WhenAll(
                Transfer.SendAsync(linux, data),
                Transfer.ReadAsync(linux, data),
                pair.World.On(() => Transfer.SendAsync(catenet, data)),
                pair.World.On(() => Transfer.ReadAsync(catenet, data))).WaitAsync(World.Patience);
        }

        pair.World.Do(() => Assert.Equal(0, pair.Host.Tcp.Counters.Md5Failures + pair.Host.Tcp.Counters.Md5NotFound + pair.Host.Tcp.Counters.Md5Unexpected));
        pair.World.Stop();
        string unsigned = Judge.Read(pair.World.Capture.Path, "tcp && !tcp.options.md5", "frame.number");
        Assert.True(unsigned.Trim().Length == 0, $"Frames without a signature: {unsigned}");
        pair.Judge();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Neither_takes_what_another_key_has_signed(bool linuxFirst)
    {
        Needs.Linux();
        using var pair = new Pair(Terrain.Plain, pace: 10);
        pair.Linux.Space.Sysctl("net.ipv4.tcp_syn_retries", "1");
        pair.World.Do(() => pair.Host.Settings.Tcp.SynRetries = 2);
        var error = await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(pair, false, linuxFirst, Key, "another key"));
        Assert.Equal(SocketError.TimedOut, error.SocketErrorCode);
        if (linuxFirst)
        {
            pair.World.Do(() => Assert.True(pair.Host.Tcp.Counters.Md5Failures > 0));
        }
        else
        {
            string failures = pair.Linux.Output("sh", "-c", "grep TcpExt /proc/net/netstat");
            string[] lines = failures.Split('\n');
            int column = Array.IndexOf(lines[0].Split(' '), "TCPMD5Failure");
            Assert.NotEqual("0", lines[1].Split(' ')[column]);
        }
    }

    private static async Task<(Socket Linux, NetSocket Catenet)> ConnectAsync(Pair pair, bool v6, bool linuxFirst, string linuxKey, string catenetKey)
    {
        const int Port = 179;
        var (linuxAddress, catenetAddress) = (IPAddress.Parse(Pair.LinuxAddress(v6)), IPAddress.Parse(Pair.CatenetAddress(v6)));
        var linux = pair.Linux.Socket(Transfer.Family(v6));
        pair.Linux.Space.Run(() => SetKey(linux, catenetAddress, linuxKey));
        var catenet = pair.World.Do(() =>
        {
            var socket = new NetSocket(pair.Host, Transfer.Family(v6), SocketType.Stream, ProtocolType.Tcp);
            socket.Keys.AddMd5(linuxAddress, System.Text.Encoding.ASCII.GetBytes(catenetKey));
            return socket;
        });
        if (linuxFirst)
        {
            using (catenet)
            {
                var accepting = pair.World.On(() =>
                {
                    catenet.Bind(new IPEndPoint(catenetAddress, Port));
                    catenet.Listen();
                    return catenet.AcceptAsync().AsTask();
                });
                await linux.ConnectAsync(catenetAddress, Port).WaitAsync(World.Patience);
                return (linux, await accepting);
            }
        }

        using (linux)
        {
            linux.Bind(new IPEndPoint(linuxAddress, Port));
            linux.Listen();
            var accepted = linux.AcceptAsync();
            await pair.World.On(async () =>
            {
                await catenet.ConnectAsync(linuxAddress, Port);
                return true;
            });
            return (await accepted.WaitAsync(World.Patience), catenet);
        }
    }

    /// <summary>struct tcp_md5sig: the peer's address, the key's length and the key.</summary>
    private static void SetKey(Socket socket, IPAddress peer, string key)
    {
        const int LevelTcp = 6, Md5Signature = 14, AddressSize = 128, KeyRoom = 80;
        var option = new byte[AddressSize + 8 + KeyRoom];
        bool v6 = peer.AddressFamily == AddressFamily.InterNetworkV6;
        BinaryPrimitives.WriteUInt16LittleEndian(option, (ushort)(v6 ? 10 : 2));
        peer.GetAddressBytes().CopyTo(option, v6 ? 8 : 4);
        BinaryPrimitives.WriteUInt16LittleEndian(option.AsSpan(AddressSize + 2), (ushort)key.Length);
        System.Text.Encoding.ASCII.GetBytes(key).CopyTo(option, AddressSize + 8);
        socket.SetRawSocketOption(LevelTcp, Md5Signature, option);
    }
}
