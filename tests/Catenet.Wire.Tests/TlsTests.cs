using System.Buffers.Binary;
using System.Text;
using Catenet.Wire.Http;
using Catenet.Wire.Tls;

namespace Catenet.Wire.Tests;

public class TlsTests
{
    /// <summary>A client hello of TLS 1.3 in one record.</summary>
    internal static byte[] ClientHello(string server, params string[] protocols)
    {
        byte[] name = Encoding.ASCII.GetBytes(server);
        byte[] sni = [0, 0, .. U16(name.Length + 5), .. U16(name.Length + 3), 0, .. U16(name.Length), .. name];
        byte[] list = [.. protocols.SelectMany(p => new byte[] { (byte)p.Length }.Concat(Encoding.ASCII.GetBytes(p)))];
        byte[] alpn = [0, 16, .. U16(list.Length + 2), .. U16(list.Length), .. list];
        byte[] versions = [0, 43, 0, 5, 4, 3, 4, 3, 3];
        byte[] extensions = [.. sni, .. alpn, .. versions];
        byte[] body = [3, 3, .. Enumerable.Repeat((byte)0xAB, 32), 0, 0, 4, 0x13, 0x01, 0x13, 0x02, 1, 0, .. U16(extensions.Length), .. extensions];
        byte[] message = [1, 0, .. U16(body.Length), .. body];
        return [22, 3, 1, .. U16(message.Length), .. message];
    }

    private static byte[] U16(int value)
    {
        byte[] octets = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        return octets;
    }

    [Fact]
    public void A_client_hello_tells_server_protocols_and_version()
    {
        byte[] octets = ClientHello("www.bob.com", "h2", "http/1.1");
        Assert.True(TlsRecordView.TryParse(octets, out var record));
        Assert.True(record.IsWhole);
        Assert.Equal(TlsContentType.Handshake, record.ContentType);
        Assert.True(TlsHelloView.TryParse(record.Content[4..], true, out var hello));
        Assert.Equal("www.bob.com", hello.ServerName);
        Assert.Equal("h2,http/1.1", hello.ApplicationProtocols);
        Assert.Equal(0x0304, hello.SupportedVersion);
        Assert.Equal(2, hello.CipherSuiteCount);
        Assert.Equal(0x1302, hello.CipherSuite(1));
        Assert.Equal(32, hello.Random.Length);
    }

    [Fact]
    public void A_hello_cut_anywhere_tells_what_is_there()
    {
        byte[] body = ClientHello("www.bob.com", "h2")[9..];
        for (int length = 0; length <= body.Length; length++)
        {
            if (TlsHelloView.TryParse(body.AsSpan(0, length), true, out var hello))
            {
                _ = (hello.ServerName, hello.ApplicationProtocols, hello.SupportedVersion, hello.CipherSuite(hello.CipherSuiteCount - 1));
            }
        }

        Assert.True(TlsHelloView.TryParse(body.AsSpan(0, 70), true, out var cut));
        Assert.Equal("www.bob.com", cut.ServerName);
        Assert.Null(cut.ApplicationProtocols);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n", true, "GET", "/", 0)]
    [InlineData("OPTIONS * HTTP/1.0\n", true, "OPTIONS", "*", 0)]
    [InlineData("HTTP/1.1 404 Not Found\r\n", false, "", "", 404)]
    [InlineData("HTTP/1.1 200\r\n", false, "", "", 200)]
    public void A_start_line_is_recognised(string text, bool isRequest, string method, string target, int status)
    {
        Assert.True(HttpStartLine.TryParse(Encoding.ASCII.GetBytes(text), out var line));
        Assert.Equal((isRequest, method, target, status), (line.IsRequest, line.Method, line.Target, line.StatusCode));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1"), InlineData("get / HTTP/1.1\n"), InlineData("GET /\r\n"), InlineData("HTTP/1.1 20x OK\n"), InlineData("HTTP/2.0 200 OK\n"), InlineData(" / HTTP/1.1\n"), InlineData("")]
    [InlineData("GET  HTTP/1.1\n")]
    public void What_is_no_start_line_is_refused(string text) => Assert.False(HttpStartLine.TryParse(Encoding.ASCII.GetBytes(text), out _));
}
