using System.Security.Cryptography;

namespace Catenet.Kernel.Tcp;

/// <summary>AES-128-CMAC (RFC 4493) under one key, without allocation.</summary>
/// <remarks>
/// The cipher chains blocks by itself (CBC) and is never reset: the first block of a message takes the last ciphertext
/// off again, so that each message begins as from zeros.
/// </remarks>
internal sealed class AesCmac
{
    public const int Size = 16;

    private readonly ICryptoTransform _cipher;
    private readonly byte[] _k1 = new byte[Size];
    private readonly byte[] _k2 = new byte[Size];
    private readonly byte[] _last = new byte[Size];
    private byte[] _input = new byte[2048];
    private byte[] _output = new byte[2048];

    public AesCmac(byte[] key)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        aes.Mode = CipherMode.CBC;
        aes.Padding = PaddingMode.None;
        _cipher = aes.CreateEncryptor(key, new byte[Size]);
        Span<byte> zero = stackalloc byte[Size];
        Span<byte> l = stackalloc byte[Size];
        Encrypt(zero, l);
        Double(l, _k1);
        Double(_k1, _k2);
    }

    /// <summary>The code of a message (RFC 4493 2.4).</summary>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> code)
    {
        int whole = message.Length == 0 ? Size : (message.Length + Size - 1) / Size * Size;
        if (_input.Length < whole)
        {
            _input = new byte[whole];
            _output = new byte[whole];
        }

        var padded = _input.AsSpan(0, whole);
        message.CopyTo(padded);
        bool complete = message.Length == whole;
        if (!complete)
        {
            padded[message.Length..].Clear();
            padded[message.Length] = 0x80;
        }

        Add(padded[^Size..], complete ? _k1 : _k2);
        Chain(whole);
        _last.CopyTo(code);
    }

    private void Encrypt(ReadOnlySpan<byte> block, Span<byte> result)
    {
        block.CopyTo(_input);
        Chain(Size);
        _last.CopyTo(result);
    }

    private void Chain(int length)
    {
        Add(_input.AsSpan(0, Size), _last);
        _cipher.TransformBlock(_input, 0, length, _output, 0);
        _output.AsSpan(length - Size, Size).CopyTo(_last);
    }

    private static void Add(Span<byte> to, ReadOnlySpan<byte> what)
    {
        for (int i = 0; i < Size; i++)
        {
            to[i] ^= what[i];
        }
    }

    /// <summary>Multiplies by x in GF(2^128) (RFC 4493 2.3).</summary>
    private static void Double(ReadOnlySpan<byte> from, Span<byte> to)
    {
        int carry = 0;
        for (int i = Size - 1; i >= 0; i--)
        {
            to[i] = (byte)(from[i] << 1 | carry);
            carry = from[i] >> 7;
        }

        to[Size - 1] ^= (byte)(carry * 0x87);
    }
}
