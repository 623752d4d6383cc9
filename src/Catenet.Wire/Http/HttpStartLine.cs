using System.Text;

namespace Catenet.Wire.Http;

/// <summary>The first line of an HTTP/1 message, if octets begin with one (RFC 9112 3, 4).</summary>
public readonly ref struct HttpStartLine
{
    private const int MaxLine = 8192;

    private readonly ReadOnlySpan<byte> _line;
    private readonly int _first;
    private readonly int _second;

    private HttpStartLine(ReadOnlySpan<byte> line, int first, int second, bool isRequest)
    {
        _line = line;
        _first = first;
        _second = second;
        IsRequest = isRequest;
    }

    /// <summary>Takes octets that begin with a request line or a status line, ended by CR LF or LF or, if cut, by the data's end.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out HttpStartLine view)
    {
        view = default;
        int end = data[..Math.Min(data.Length, MaxLine)].IndexOf((byte)'\n');
        var line = end < 0 ? data[..Math.Min(data.Length, MaxLine)] : data[..end].TrimEnd((byte)'\r');
        int first = line.IndexOf((byte)' ');
        if (first < 1)
        {
            return false;
        }

        if (IsVersion(line[..first]))
        {
            return TryParseStatus(line, first, out view);
        }

        int last = line.LastIndexOf((byte)' ');
        if (last <= first + 1 || end < 0 || !IsVersion(line[(last + 1)..]) || line[..first].ContainsAnyExceptInRange((byte)'A', (byte)'Z'))
        {
            return false;
        }

        view = new HttpStartLine(line, first, last, true);
        return true;
    }

    private static bool TryParseStatus(ReadOnlySpan<byte> line, int first, out HttpStartLine view)
    {
        view = default;
        if (line.Length < first + 4 || line.Slice(first + 1, 3).ContainsAnyExceptInRange((byte)'0', (byte)'9') || (line.Length > first + 4 && line[first + 4] != ' '))
        {
            return false;
        }

        view = new HttpStartLine(line, first, first + 4, false);
        return true;
    }

    /// <summary>Whether this is a request's line.</summary>
    public bool IsRequest { get; }

    /// <summary>The line's length in octets without its end.</summary>
    public int Length => _line.Length;

    /// <summary>A request's method; empty for a response.</summary>
    public string Method => IsRequest ? Text(0, _first) : "";

    /// <summary>A request's target; empty for a response.</summary>
    public string Target => IsRequest ? Text(_first + 1, _second) : "";

    /// <summary>The version: <c>HTTP/1.1</c>.</summary>
    public string Version => IsRequest ? Text(_second + 1, _line.Length) : Text(0, _first);

    /// <summary>A response's status code; zero for a request.</summary>
    public int StatusCode => IsRequest ? 0 : (_line[_first + 1] - '0') * 100 + (_line[_first + 2] - '0') * 10 + (_line[_first + 3] - '0');

    /// <summary>A response's reason phrase, perhaps empty.</summary>
    public string Reason => IsRequest ? "" : Text(Math.Min(_second + 1, _line.Length), _line.Length);

    /// <summary>The whole line, with octets that do not print as question marks.</summary>
    public override string ToString() => Text(0, _line.Length);

    private static bool IsVersion(ReadOnlySpan<byte> text) => text.Length == 8 && text.StartsWith("HTTP/1."u8) && text[7] is >= (byte)'0' and <= (byte)'9';

    private string Text(int from, int to)
    {
        var text = new StringBuilder(to - from);
        foreach (byte octet in _line[from..to])
        {
            text.Append(octet is >= (byte)' ' and <= (byte)'~' ? (char)octet : '?');
        }

        return text.ToString();
    }
}
