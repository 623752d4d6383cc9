using Catenet.Core;

namespace Catenet.Kernel.Tcp;

/// <summary>Makes and checks a server's cookies (RFC 7413 4.1.2): SipHash over both addresses, under the first key or, to be taken but not given, the second.</summary>
internal static class FastOpenKeys
{
    private const int KeySize = 16;

    /// <summary>The cookie that is given to a peer.</summary>
    public static FastOpenCookie Make(TcpListener listener, RequestRecord request) => Make(KeysOf(listener, request.Layer), request);

    /// <summary>Whether a cookie is ours.</summary>
    /// <returns>0: it is not; 1: it is; 2: it is under the second key, so that a new one should be given.</returns>
    public static int Check(TcpListener listener, RequestRecord request, FastOpenCookie offered, out FastOpenCookie valid)
    {
        var keys = KeysOf(listener, request.Layer);
        valid = Make(keys, request);
        if (valid.Matches(offered))
        {
            return 1;
        }

        return keys.Length >= 2 * KeySize && Make(keys[KeySize..], request).Matches(offered) ? 2 : 0;
    }

    private static ReadOnlySpan<byte> KeysOf(TcpListener listener, TcpLayer layer) => listener.Options.FastOpenKey ?? layer.FastOpenKey;

    private static FastOpenCookie Make(ReadOnlySpan<byte> key, RequestRecord request)
    {
        Span<byte> addresses = stackalloc byte[32];
        int length = request.RemoteAddress.CopyTo(addresses);
        length += request.LocalAddress.CopyTo(addresses[length..]);
        Span<byte> cookie = stackalloc byte[FastOpenCookie.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(cookie, new SipHash(key).Of(addresses[..length]));
        return FastOpenCookie.Of(cookie, experimental: false);
    }
}
