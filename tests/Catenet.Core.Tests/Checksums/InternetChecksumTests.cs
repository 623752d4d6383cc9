using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Catenet.Core.Tests.Checksums;

public sealed class InternetChecksumTests
{
    /// <summary>In the run without vector instructions (see <see cref="WithoutSimdTests"/>) there are none.</summary>
    public InternetChecksumTests() =>
        Assert.False(Vector256.IsHardwareAccelerated && Environment.GetEnvironmentVariable("CATENET_WITHOUT_SIMD") is not null);

    /// <summary>RFC 1071 by the letter: 16-bit words, big endian, carry wrapped round, odd octet padded.</summary>
    private static ushort Reference(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (int i = 0; i < data.Length; i += 2)
        {
            sum += (uint)data[i] << 8 | (i + 1 < data.Length ? data[i + 1] : 0u);
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    [Fact]
    public void The_example_of_RFC_1071_sums_to_ddf2() =>
        Assert.Equal(unchecked((ushort)~0xDDF2), InternetChecksum.Compute([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]));

    [Fact]
    public void Every_length_and_alignment_agrees_with_the_scalar_reference()
    {
        var bytes = new byte[2200];
        new RandomStream(7, "checksum").Fill(bytes);
        for (int length = 0; length <= 2048; length++)
        {
            for (int start = 0; start < 9; start += 1 + length / 64)
            {
                var data = bytes.AsSpan(start, length);
                Assert.Equal(Reference(data), InternetChecksum.Compute(data));
            }
        }
    }

    [Fact]
    public void Runs_of_ones_do_not_overflow_the_lanes()
    {
        var ones = new byte[65535];
        ones.AsSpan().Fill(0xFF);
        Assert.Equal(Reference(ones), InternetChecksum.Compute(ones));
    }

    [Fact]
    public void Parts_combine_at_even_and_odd_offsets()
    {
        var bytes = new byte[600];
        new RandomStream(8, "parts").Fill(bytes);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            ulong sum = InternetChecksum.Combine(InternetChecksum.Add(bytes.AsSpan(0, cut)), InternetChecksum.Add(bytes.AsSpan(cut)), cut);
            Assert.Equal(Reference(bytes), InternetChecksum.Finish(sum));
        }
    }

    [Fact]
    public void Data_with_its_own_checksum_verifies_and_any_flipped_bit_does_not()
    {
        byte[] data = [0x45, 0x00, 0x00, 0x3c, 0x1c, 0x46, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 0xac, 0x10, 0x0a, 0x63, 0xac, 0x10, 0x0a, 0x0c];
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(10), InternetChecksum.Compute(data));
        Assert.True(InternetChecksum.Verify(data));
        for (int bit = 0; bit < data.Length * 8; bit++)
        {
            data[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(InternetChecksum.Verify(data));
            data[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Theory]
    [InlineData("192.0.2.1", "198.51.100.7")]
    [InlineData("2001:db8::1", "2001:db8:ffff::a:b")]
    public void The_pseudo_header_sums_as_its_octets_do(string source, string destination)
    {
        var from = InetAddress.Parse(source);
        var to = InetAddress.Parse(destination);
        var header = new byte[40];
        int at = from.CopyTo(header);
        at += to.CopyTo(header.AsSpan(at));
        header[at + 1] = 17;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(at + 2), 1234);
        Assert.Equal(Reference(header.AsSpan(0, at + 4)), InternetChecksum.Finish(InternetChecksum.PseudoHeader(from, to, 17, 1234)));
    }

    [Fact]
    public void An_updated_checksum_equals_one_computed_anew()
    {
        var random = new RandomStream(9, "rfc1624");
        var data = new byte[64];
        for (int round = 0; round < 20_000; round++)
        {
            random.Fill(data);
            ushort before = InternetChecksum.Compute(data);
            int at = random.Next(32) * 2;
            ushort old = BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(at));
            ushort fresh = (ushort)random.NextUInt32();
            BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(at), fresh);
            Assert.Equal(InternetChecksum.Compute(data), InternetChecksum.Update(before, old, fresh));
        }
    }
}
