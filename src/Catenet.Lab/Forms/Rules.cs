using System.Globalization;
using Catenet.Core;
using Catenet.Lab.Model;

namespace Catenet.Lab.Forms;

/// <summary>Rules written as one line each.</summary>
internal static class Rules
{
    private const string FilterExample = "allow tcp 443 from 10.0.0.0/8 to any in lan out wan";
    private const string NaclExample = "100 allow tcp 443 from 0.0.0.0/0";
    private const string GroupExample = "tcp 443 from any";
    private const string NatExample = "masquerade out wan  |  forward tcp 8080 in wan to alice:80  |  map 203.0.113.9 to alice";

    public static readonly TextForm<FilterRule> Filter = new($"a filter rule such as '{FilterExample}'", ParseFilter, r => r.ToString());

    public static readonly TextForm<NaclRule> NaclIn = Nacl("from");

    public static readonly TextForm<NaclRule> NaclOut = Nacl("to");

    public static readonly TextForm<PacketMatch> GroupIn = Group("from");

    public static readonly TextForm<PacketMatch> GroupOut = Group("to");

    public static readonly TextForm<NatRule> Nat = new($"a translation rule such as '{NatExample}'", ParseNat, r => r.ToString());

    private static Complaint? ParseFilter(string text, out FilterRule rule)
    {
        var parser = new RuleParser(text);
        var match = new PacketMatch();
        var complaint = parser.Word("verdict", [("allow", FilterVerdict.Allow), ("drop", FilterVerdict.Drop), ("reject", FilterVerdict.Reject)], FilterExample, out var verdict) ??
            parser.Match(["from", "to", "in", "out"], FilterExample, out match);
        rule = new FilterRule(verdict, match);
        return complaint;
    }

    private static TextForm<NaclRule> Nacl(string direction)
    {
        Complaint? Parse(string text, out NaclRule rule)
        {
            rule = new NaclRule(0, false, new PacketMatch());
            var parser = new RuleParser(text);
            if (!int.TryParse(parser.Take(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > 32766)
            {
                return parser.About("a network ACL's rule begins with its number, from 1 to 32766", $"write it as: {NaclExample}");
            }

            var match = new PacketMatch();
            var complaint = parser.Word("verdict", [("allow", true), ("deny", false)], NaclExample, out bool allow) ?? parser.Match([direction], NaclExample, out match);
            rule = new NaclRule(number, allow, match);
            return complaint;
        }

        return new TextForm<NaclRule>($"a numbered rule such as '{NaclExample}'", Parse, r => r.ToString());
    }

    private static TextForm<PacketMatch> Group(string direction) => new($"a rule such as '{GroupExample}'",
        (string text, out PacketMatch match) => new RuleParser(text).Match([direction], GroupExample, out match), m => m.ToString());

    private static Complaint? ParseNat(string text, out NatRule rule)
    {
        rule = new NatRule();
        var parser = new RuleParser(text);
        var complaint = parser.Word("translation", [("masquerade", NatKind.Masquerade), ("forward", NatKind.Forward), ("map", NatKind.Map)], NatExample, out var kind);
        return complaint ?? kind switch
        {
            NatKind.Masquerade => ParseMasquerade(parser, out rule),
            NatKind.Forward => ParseForward(parser, out rule),
            _ => ParseMap(parser, out rule),
        };
    }

    private static Complaint? ParseMasquerade(RuleParser parser, out NatRule rule)
    {
        const string Example = "masquerade out wan from 192.168.0.0/16";
        var match = new PacketMatch();
        var complaint = parser.Clauses(["out", "from"], Example, ref match);
        rule = new NatRule { Kind = NatKind.Masquerade, Match = match };
        return complaint ?? (match.Out is null ? parser.About("masquerade does not say by which interface", $"write it as: {Example}") : null);
    }

    private static Complaint? ParseForward(RuleParser parser, out NatRule rule)
    {
        const string Example = "forward tcp 8080 in wan to alice:80";
        rule = new NatRule { Kind = NatKind.Forward };
        var complaint = parser.Word("protocol", [("tcp", RuleProtocol.Tcp), ("udp", RuleProtocol.Udp)], Example, out var protocol);
        complaint ??= parser.AtEnd ? parser.About("forward does not say which port", $"write it as: {Example}") : null;
        PortRange ports = default;
        complaint ??= parser.Ports(protocol, out ports);
        string? inside = null;
        if (complaint is null && parser.Peek == "in")
        {
            parser.Take();
            inside = parser.Take();
        }

        complaint ??= parser.Word("clause", [("to", true)], Example, out _);
        if (complaint is not null)
        {
            return complaint;
        }

        string target = parser.Take();
        EndpointRef? endpoint = null;
        bool withPort = target.Contains("]:", StringComparison.Ordinal) || target.Count(c => c == ':') == 1;
        var bad = withPort ? Scalars.Endpoint.Parse(target, out endpoint) : null;
        bad ??= Scalars.AddressRef.Parse(endpoint?.Target ?? target, out _);
        if (bad is not null)
        {
            return parser.About(bad.Message, $"write it as: {Example}");
        }

        Scalars.AddressRef.Parse(endpoint?.Target ?? target, out var reference);
        rule = rule with { Match = new PacketMatch { Protocol = protocol, Ports = ports, In = inside }, Target = reference, TargetPort = endpoint?.Port };
        return parser.End(Example);
    }

    private static Complaint? ParseMap(RuleParser parser, out NatRule rule)
    {
        const string Example = "map 203.0.113.9 to alice";
        rule = new NatRule { Kind = NatKind.Map };
        if (!InetAddress.TryParse(parser.Take(), out var outside))
        {
            return parser.About("map begins with the outside address", $"write it as: {Example}");
        }

        var complaint = parser.Word("clause", [("to", true)], Example, out _);
        if (complaint is not null)
        {
            return complaint;
        }

        if (Scalars.AddressRef.Parse(parser.Take(), out var inside) is { } bad)
        {
            return parser.About(bad.Message, $"write it as: {Example}");
        }

        rule = rule with { Outside = outside, Target = inside };
        return parser.End(Example);
    }
}
