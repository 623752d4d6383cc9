using System.Text;
using Catenet.Core;
using Catenet.Kernel.Tcp;
using Catenet.Wire.Transport;

namespace Catenet.Kernel.Tests.Tcp;

/// <summary>TCP-AO by the test vectors of RFC 9235: traffic keys and signatures of whole packets; AES-CMAC by those of RFC 4493.</summary>
public class AoVectorTests
{
    private const byte ClientKeyId = 61, ServerKeyId = 84;

    /// <summary>Section of the RFC, packet, initial sequence numbers of sender and receiver, algorithm, whether options are left out, traffic key.</summary>
    public static TheoryData<string, string, uint, uint, TcpAoAlgorithm, bool, string> Packets => new()
    {
        {
            "4.1.1", """
            45 e0 00 4c dd 0f 40 00 ff 06 bf 6b 0a 0b 0c 0d ac 1b 1c 1d e9 d7 00 b3 fb fb ab 5a 00 00 00 00 e0 02 ff ff ca c4 00 00
            02 04 05 b4 01 03 03 08 04 02 08 0a 00 15 5a b7 00 00 00 00 1d 10 3d 54 2e e4 37 c6 f8 ed e6 d7 c4 d6 02 e7
            """,
            0xfbfbab5a, 0, TcpAoAlgorithm.HmacSha1, false, "6d63ef1b02fe1509d4b1402707fd7b0416abb74f"
        },
        {
            "4.1.2", """
            45 e0 00 4c 65 06 40 00 ff 06 37 75 ac 1b 1c 1d 0a 0b 0c 0d 00 b3 e9 d7 11 c1 42 61 fb fb ab 5b e0 12 ff ff 37 76 00 00
            02 04 05 b4 01 03 03 08 04 02 08 0a 84 a5 0b eb 00 15 5a b7 1d 10 54 3d ee ab 0f e2 4c 30 10 81 51 16 b3 be
            """,
            0x11c14261, 0xfbfbab5a, TcpAoAlgorithm.HmacSha1, false, "d9e217e4834a80ca2f3fd8de2e41b8e6797fea96"
        },
        {
            "4.1.3", """
            45 e0 00 87 36 a1 40 00 ff 06 65 9f 0a 0b 0c 0d ac 1b 1c 1d e9 d7 00 b3 fb fb ab 5b 11 c1 42 62 c0 18 01 04 a1 62 00 00
            01 01 08 0a 00 15 5a c1 84 a5 0b eb 1d 10 3d 54 70 64 cf 99 8c c6 c3 15 c2 c2 e2 bf
            ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff 00 43 01 04 da bf 00 b4 0a 0b 0c 0d 26 02 06 01 04 00 01 00 01 02 02 80 00 02
            02 02 00 02 02 42 00 02 06 41 04 00 00 da bf 02 08 40 06 00 64 00 01 01 00
            """,
            0xfbfbab5a, 0x11c14261, TcpAoAlgorithm.HmacSha1, false, "d2e59c65ffc7b1a393476564 63b70edc24a13d71"
        },
        {
            "4.1.4", """
            45 e0 00 87 1f a9 40 00 ff 06 7c 97 ac 1b 1c 1d 0a 0b 0c 0d 00 b3 e9 d7 11 c1 42 62 fb fb ab 9e c0 18 01 00 40 0c 00 00
            01 01 08 0a 84 a5 0b f5 00 15 5a c1 1d 10 54 3d a6 3f 0e cb bb 2e 63 5c 95 4d ea c7
            ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff 00 43 01 04 da c0 00 b4 ac 1b 1c 1d 26 02 06 01 04 00 01 00 01 02 02 80 00 02
            02 02 00 02 02 42 00 02 06 41 04 00 00 da c0 02 08 40 06 00 64 00 01 01 00
            """,
            0x11c14261, 0xfbfbab5a, TcpAoAlgorithm.HmacSha1, false, "d9e217e4834a80ca2f3fd8de2e41b8e6797fea96"
        },
        {
            "4.2.1", """
            45 e0 00 4c 53 99 40 00 ff 06 48 e2 0a 0b 0c 0d ac 1b 1c 1d ff 12 00 b3 cb 0e fb ee 00 00 00 00 e0 02 ff ff 54 1f 00 00
            02 04 05 b4 01 03 03 08 04 02 08 0a 00 02 4c ce 00 00 00 00 1d 10 3d 54 80 af 3c fe b8 53 68 93 7b 8f 9e c2
            """,
            0xcb0efbee, 0, TcpAoAlgorithm.HmacSha1, true, "30eaa1560cf0be57dab5c045229fb10a423cd7ea"
        },
        {
            "4.2.2", """
            45 e0 00 4c 32 84 40 00 ff 06 69 f7 ac 1b 1c 1d 0a 0b 0c 0d 00 b3 ff 12 ac d5 b5 e1 cb 0e fb ef e0 12 ff ff 38 8e 00 00
            02 04 05 b4 01 03 03 08 04 02 08 0a 57 67 72 f3 00 02 4c ce 1d 10 54 3d 09 30 6f 9a ce a6 3a 8c 68 cb 9a 70
            """,
            0xacd5b5e1, 0xcb0efbee, TcpAoAlgorithm.HmacSha1, true, "b5b2896bb3664e8176b0edc6e799524101a8307f"
        },
        {
            "5.1.1", """
            45 e0 00 4c 7b 9f 40 00 ff 06 20 dc 0a 0b 0c 0d ac 1b 1c 1d c4 fa 00 b3 78 7a 1d df 00 00 00 00 e0 02 ff ff 5a 0f 00 00
            02 04 05 b4 01 03 03 08 04 02 08 0a 00 01 7e d0 00 00 00 00 1d 10 3d 54 e4 77 e9 9c 80 40 76 54 98 e5 50 91
            """,
            0x787a1ddf, 0, TcpAoAlgorithm.AesCmac, false, "f5b8b3d5f34fdbb6eb8d4ab9660e60e3"
        },
        {
            "5.1.2", """
            45 e0 00 4c 4b ad 40 00 ff 06 50 cf ac 1b 1c 1d 0a 0b 0c 0d 00 b3 c4 fa fa dd 6d e9 78 7a 1d e0 e0 12 ff ff f3 f2 00 00
            02 04 05 b4 01 03 03 08 04 02 08 0a 93 f4 e9 e8 00 01 7e d0 1d 10 54 3d d6 ad a7 bc 4c dd 53 6d 17 69 db 5f
            """,
            0xfadd6de9, 0x787a1ddf, TcpAoAlgorithm.AesCmac, false, "4bc7571a486f3264bbd888474066b4b1"
        },
        {
            "6.1.1", """
            6e 08 91 dc 00 38 06 40 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 fd 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02
            f7 e4 00 b3 17 6a 83 3f 00 00 00 00 e0 02 ff ff 47 21 00 00
            02 04 05 a0 01 03 03 08 04 02 08 0a 00 41 d0 87 00 00 00 00 1d 10 3d 54 90 33 ec 3d 73 34 b6 4c 5e dd 03 9f
            """,
            0x176a833f, 0, TcpAoAlgorithm.HmacSha1, false, "625ec09d575836edc9b642841 8bbf06989a361bb"
        },
    };

    [Theory]
    [MemberData(nameof(Packets))]
    public void Keys_and_signatures_are_those_of_the_RFC(string section, string hex, uint source, uint destination, TcpAoAlgorithm algorithm, bool exclude, string trafficKey)
    {
        Assert.NotEmpty(section);
        byte[] packet = Octets(hex);
        int ip = packet[0] >> 4 == 4 ? 20 : 40;
        var (from, to) = ip == 20
            ? (InetAddress.ReadIPv4(packet.AsSpan(12)), InetAddress.ReadIPv4(packet.AsSpan(16)))
            : (InetAddress.ReadIPv6(packet.AsSpan(8)), InetAddress.ReadIPv6(packet.AsSpan(24)));
        var key = new TcpAoKey(new InetPrefix(to, to.Bits), ClientKeyId, ServerKeyId, "testvector"u8, algorithm, excludeOptions: exclude);
        var traffic = AoKeyDerivation.Derive(key, from, to, packet.AsSpan(ip, 4), new SeqNumber(source), new SeqNumber(destination));
        Assert.Equal(Octets(trafficKey), traffic.Octets);

        var loop = new EventLoop(1);
        var buffer = loop.Packets.Rent(2048);
        buffer.Append(packet.AsSpan(ip));
        var input = new DigestInput();
        int header = (packet[ip + 12] >> 4) * 4;
        var segment = new SegmentImage(from, to, buffer, header);
        Assert.True(AoSignature.Verify(input, in segment, key, traffic, 0));
        Assert.False(AoSignature.Verify(input, in segment, key, traffic, 1)); // another sequence number extension

        var signature = segment.Find(TcpOptionKind.Authentication)[2..];
        byte[] right = signature.ToArray();
        signature.Clear();
        AoSignature.Sign(input, in segment, key, traffic, 0);
        Assert.Equal(right, signature.ToArray());
        segment.Header[15] ^= 1; // the window
        Assert.False(AoSignature.Verify(input, in segment, key, traffic, 0));
        segment.Header[15] ^= 1;
        segment.Header[22] ^= 1; // the segment size or a timestamp
        Assert.Equal(exclude, AoSignature.Verify(input, in segment, key, traffic, 0));
        buffer.Release();
    }

    // RFC 4493 4.
    [Theory]
    [InlineData("", "bb1d6929e95937287fa37d129b756746")]
    [InlineData("6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c")]
    [InlineData("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411", "dfa66747de9ae63030ca32611497c827")]
    [InlineData("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710", "51f0bebf7e3b9d92fc49741779363cfe")]
    public void Cmac_is_that_of_RFC_4493(string message, string code)
    {
        var cmac = new AesCmac(Octets("2b7e151628aed2a6abf7158809cf4f3c"));
        var result = new byte[16];
        for (int i = 0; i < 3; i++)
        {
            cmac.Compute(Octets(message), result); // again and again: nothing is left over from the time before
            Assert.Equal(Octets(code), result);
        }
    }

    // RFC 5925 6.2: the extension counts how often sequence numbers have gone round.
    [Fact]
    public void The_extension_goes_up_when_numbers_wrap_and_down_for_old_ones()
    {
        var stream = new ExtendedSequence(new SeqNumber(0xFFFF_FF00));
        Assert.Equal(0u, stream.ExtensionOf(new SeqNumber(0xFFFF_FFFF)));
        Assert.Equal(1u, stream.ExtensionOf(new SeqNumber(5)));
        stream.Advance(new SeqNumber(5));
        Assert.Equal(1u, stream.ExtensionOf(new SeqNumber(6)));
        Assert.Equal(0u, stream.ExtensionOf(new SeqNumber(0xFFFF_FFF0)));
        stream.Advance(new SeqNumber(0xFFFF_FFF0)); // an old segment does not set it back
        Assert.Equal(1u, stream.ExtensionOf(new SeqNumber(6)));
        for (uint i = 0; i < 8; i++)
        {
            stream.Advance(new SeqNumber(0x4000_0000 + (i << 30)));
        }

        Assert.Equal(3u, stream.ExtensionOf(new SeqNumber(0)));
    }

    private static byte[] Octets(string hex)
    {
        var digits = new StringBuilder();
        foreach (char c in hex)
        {
            if (char.IsAsciiHexDigit(c))
            {
                digits.Append(c);
            }
        }

        return Convert.FromHexString(digits.ToString());
    }
}
