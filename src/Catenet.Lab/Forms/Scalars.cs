using System.Globalization;
using System.Text;
using Catenet.Core;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>Plain values: names, numbers, addresses.</summary>
internal static class Scalars
{
    private const int LongestName = 63;

    public static readonly TextForm<string> Text = new TextForm<string>("a text", (string text, out string value) => { value = text; return null; }, t => t)
        .Type("string number boolean");

    public static readonly TextForm<string> Name = new TextForm<string>("a name", ParseName, n => n).Pattern(@"^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$").Type("string integer");

    public static readonly TextForm<bool> Bool = new TextForm<bool>("true or false", ParseBool, b => b ? "true" : "false").Type("boolean");

    public static readonly TextForm<ulong> Seed = Number<ulong>("a seed: a whole number", 0, ulong.MaxValue);

    public static readonly TextForm<TimeMode> Time = new TextForm<TimeMode>("a time mode: virtual, real or x0.1", ParseTime, t => t.ToString())
        .Pattern(@"^(virtual|real|x[0-9.]+)$");

    public static readonly TextForm<int> Port = Number("a port", 1, 65535);

    public static readonly TextForm<int> Mtu = Number("an MTU", 576, 65535);

    public static readonly TextForm<int> HttpStatus = Number("an HTTP status", 100, 599);

    public static readonly TextForm<int> ExitCode = Number("an exit code", 0, 255);

    public static readonly TextForm<uint> Asn = Number<uint>("an AS number", 1, uint.MaxValue);

    public static readonly TextForm<int> Count = Number("a count", 1, 10_000_000);

    public static readonly TextForm<MacAddress> Mac = new TextForm<MacAddress>("a MAC address such as 02:00:00:00:00:01", ParseMac, m => m.ToString())
        .Pattern("^[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}$");

    public static readonly TextForm<InetAddress> Address = new("an address such as 192.0.2.1 or 2001:db8::1", ParseAddress, a => a.ToString());

    public static readonly TextForm<InetPrefix> Prefix = new("a prefix such as 10.0.0.0/8 or 2001:db8::/32", ParsePrefix, p => p.ToString());

    public static readonly TextForm<InterfaceAddress> InterfaceAddress = new("an address such as 192.0.2.1 or 192.0.2.1/24", ParseInterfaceAddress, a => a.ToString());

    public static readonly TextForm<AddressRef> AddressRef = new("an address or a node's name", ParseAddressRef, a => a.ToString());

    public static readonly TextForm<EndpointRef> Endpoint = new TextForm<EndpointRef>("a host and a port such as bob:80", ParseEndpoint, e => e.ToString())
        .Pattern(@"^.+:[0-9]+$");

    public static readonly TextForm<CountRange> Range = new TextForm<CountRange>("a number or range such as 5, 1.., ..9, 1..9", ParseRange, r => r.ToString())
        .Type("string integer").Pattern(@"^[0-9]*(\.\.[0-9]*)?$");

    /// <summary>A whole number within bounds.</summary>
    public static TextForm<T> Number<T>(string what, T least, T most)
        where T : struct, System.Numerics.IBinaryInteger<T>
    {
        Complaint? Parse(string text, out T value)
        {
            if (T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most)
            {
                return null;
            }

            bool digits = text.Length > 0 && text.TrimStart('-').All(char.IsAsciiDigit);
            return new Complaint(digits ? $"{Shorten(text)} is out of range" : $"'{Shorten(text)}' is not a whole number", $"{what} is from {least} to {most}");
        }

        return new TextForm<T>(what, Parse, v => v.ToString(null, CultureInfo.InvariantCulture)).Type("integer");
    }

    /// <summary>One of the words of an enumeration, in kebab case.</summary>
    public static TextForm<T> Word<T>(string what, params ReadOnlySpan<(T Value, string Word)> named)
        where T : struct, Enum
    {
        var words = new List<(T Value, string Word)>();
        foreach (var value in Enum.GetValues<T>())
        {
            string? special = null;
            foreach (var (other, word) in named)
            {
                special = other.Equals(value) ? word : special;
            }

            words.Add((value, special ?? Kebab(value.ToString())));
        }

        Complaint? Parse(string text, out T value)
        {
            var found = words.Find(w => w.Word == text);
            value = found.Value;
            return found.Word is not null ? null : Unknown(text, what, [.. words.Select(w => w.Word)]);
        }

        return new TextForm<T>(what, Parse, v => words.Find(w => w.Value.Equals(v)).Word).Words([.. words.Select(w => w.Word)]);
    }

    /// <summary>One of some words.</summary>
    public static TextForm<string> OneOf(string what, params string[] words) => new TextForm<string>(what, (string text, out string value) =>
    {
        value = text;
        return words.Contains(text) ? null : Unknown(text, what, words);
    }, w => w).Words(words);

    /// <summary><c>HostUnreachable</c> as <c>host-unreachable</c>.</summary>
    public static string Kebab(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    public static string Shorten(string text) => text.Length > 40 ? text[..40] + "..." : text;

    private static Complaint Unknown(string text, string what, IReadOnlyCollection<string> words)
    {
        string noun = what.StartsWith("an ", StringComparison.Ordinal) ? what[3..] : what.StartsWith("a ", StringComparison.Ordinal) ? what[2..] : what;
        string guess = Spelling.Choose(text, words, "known");
        return new Complaint($"unknown {noun} '{Shorten(text)}'", guess.Length > 0 ? guess : "docs/lab-files.md lists them");
    }

    private static Complaint? ParseName(string text, out string value)
    {
        value = text;
        bool valid = text.Length is > 0 and <= LongestName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') &&
            text[0] is not ('-' or '.') && text[^1] is not ('-' or '.');
        return valid ? null : new Complaint($"'{Shorten(text)}' is not a name", "a name has letters, digits, '-', '_' and '.', at most 63 of them, and begins with a letter or digit");
    }

    private static Complaint? ParseBool(string text, out bool value)
    {
        value = text == "true";
        return text is "true" or "false" ? null : new Complaint($"'{Shorten(text)}' is neither true nor false", "write true or false");
    }

    private static Complaint? ParseTime(string text, out TimeMode value) => TimeMode.TryParse(text, out value)
        ? null
        : new Complaint($"unknown time mode '{Shorten(text)}'", "known: virtual (as fast as it goes), real (wall clock), x0.1 (ten times slower; a factor up to x1000)");

    private static Complaint? ParseMac(string text, out MacAddress value)
    {
        if (!MacAddress.TryParse(text, out value))
        {
            return new Complaint($"'{Shorten(text)}' is not a MAC address", "write six octets in hexadecimal: 02:00:00:00:00:01");
        }

        return value.IsMulticast || value.IsNone
            ? new Complaint($"{value} cannot be an interface's address", "the first octet has to be even (no group address), such as 02")
            : null;
    }

    private static Complaint? ParseAddress(string text, out InetAddress value) => InetAddress.TryParse(text, out value)
        ? null
        : new Complaint($"'{Shorten(text)}' is not an address", "write it as 192.0.2.1 or 2001:db8::1");

    private static Complaint? ParsePrefix(string text, out InetPrefix value)
    {
        if (!InetPrefix.TryParse(text, out value))
        {
            return PrefixComplaint(text);
        }

        var written = InetAddress.Parse(text[..text.IndexOf('/')]);
        return written == value.Address ? null : new Complaint($"{Shorten(text)} has bits after its prefix", $"did you mean {value}?");
    }

    private static Complaint PrefixComplaint(string text)
    {
        int slash = text.IndexOf('/');
        if (slash < 0)
        {
            return InetAddress.TryParse(text, out var bare)
                ? new Complaint($"'{text}' lacks its prefix length", $"write {bare}/{(bare.IsIPv4 ? 24 : 64)}, for example")
                : new Complaint($"'{Shorten(text)}' is not a prefix", "write it as 10.0.0.0/8 or 2001:db8::/32");
        }

        return InetAddress.TryParse(text.AsSpan(0, slash), out var address)
            ? new Complaint($"'{Shorten(text[slash..])}' is not a prefix length", $"it is from /0 to /{address.Bits}", slash, text.Length - slash)
            : new Complaint($"'{Shorten(text[..slash])}' is not an address", "write it as 192.0.2.0 or 2001:db8::", 0, slash);
    }

    private static Complaint? ParseInterfaceAddress(string text, out InterfaceAddress value)
    {
        value = default;
        if (text.Contains('/'))
        {
            if (!InetPrefix.TryParse(text, out var prefix))
            {
                return PrefixComplaint(text);
            }

            value = new InterfaceAddress(InetAddress.Parse(text[..text.IndexOf('/')]), prefix.Length);
        }
        else
        {
            if (ParseAddress(text, out var address) is { } complaint)
            {
                return complaint;
            }

            value = new InterfaceAddress(address);
        }

        return Unusable(value) is { } why ? new Complaint($"{Shorten(text)} cannot be an interface's address: it is {why}") : null;
    }

    private static string? Unusable(InterfaceAddress value)
    {
        var address = value.Address;
        bool small = value.PrefixLength >= address.Bits - 1;
        return address.IsMulticast ? "a multicast address" : address.IsLoopback ? "a loopback address" :
            address.IsUnspecified || (address.IsIPv4 && address.ToIPv4() >> 24 == 0) ? "unspecified" :
            address.IsLimitedBroadcast ? "the broadcast address" :
            !small && address.IsIPv4 && address == value.Subnet.Address ? "its subnet's own number" :
            !small && address.IsIPv4 && address == value.Subnet.Broadcast ? "its subnet's broadcast address" : null;
    }

    private static Complaint? ParseAddressRef(string text, out AddressRef value)
    {
        if (InetAddress.TryParse(text, out var address))
        {
            value = Model.AddressRef.Of(address);
            return null;
        }

        value = Model.AddressRef.To(text);
        bool numeric = text.Contains(':') || (text.Count('.') >= 2 && text.All(c => char.IsAsciiDigit(c) || c == '.'));
        return numeric ? new Complaint($"'{Shorten(text)}' is not an address", "write 192.0.2.1, 2001:db8::1 or a node's name") : ParseName(text, out _);
    }

    private static Complaint? ParseEndpoint(string text, out EndpointRef value)
    {
        value = new EndpointRef("", 0);
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || (text.Count(':') > 1 && !(text[0] == '[' && text[colon - 1] == ']')))
        {
            return new Complaint($"'{Shorten(text)}' lacks a port", "write host:port, as in \"bob:80\" or \"[2001:db8::1]:80\"");
        }

        if (Port.Parse(text[(colon + 1)..], out int port) is { } complaint)
        {
            return complaint with { Offset = colon + 1, Length = text.Length - colon - 1 };
        }

        string host = text[0] == '[' ? text[1..(colon - 1)] : text[..colon];
        value = new EndpointRef(host, port);
        return InetAddress.TryParse(host, out _) ? null : ParseName(host.TrimEnd('.'), out _) is { } bad ? bad with { Length = colon } : null;
    }

    private static Complaint? ParseRange(string text, out CountRange value)
    {
        int dots = text.IndexOf("..", StringComparison.Ordinal);
        string first = dots < 0 ? text : text[..dots];
        string last = dots < 0 ? text : text[(dots + 2)..];
        long least = 0;
        long most = long.MaxValue;
        bool valid = text.Length > 0 && text != ".." &&
            (first.Length == 0 || long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out least)) &&
            (last.Length == 0 || long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out most));
        value = new CountRange(least, most);
        return !valid ? new Complaint($"'{Shorten(text)}' is not a number or a range", "write 5, 1.. (at least), ..9 (at most) or 1..9") :
            least > most ? new Complaint($"the range {text} is empty", $"did you mean {most}..{least}?") : null;
    }
}
