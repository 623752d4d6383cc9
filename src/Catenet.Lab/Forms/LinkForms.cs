using System.Text.Json.Nodes;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>Links and what they do to frames.</summary>
internal static class LinkForms
{
    private static readonly RecordForm<BurstLoss> Burst = new RecordForm<BurstLoss>("a burst loss", new BurstLoss())
        .Key("enter", Units.Percent, b => b.Enter, (b, v) => b with { Enter = v }, "chance per frame to enter the bad state", required: true)
        .Key("leave", Units.Percent, b => b.Leave, (b, v) => b with { Leave = v }, "chance per frame to leave the bad state", required: true)
        .Key("bad", Units.Percent, b => b.Bad, (b, v) => b with { Bad = v }, "loss in the bad state; 100 % unless given")
        .Key("good", Units.Percent, b => b.Good, (b, v) => b with { Good = v }, "loss in the good state; 0 % unless given");

    public static readonly RecordForm<Impairment> Impairment = new RecordForm<Impairment>("an impairment", new Impairment())
        .Maybe("rate", Units.Rate, i => i.Rate, (i, v) => i with { Rate = v }, "bits per second: 100 Mbit")
        .Maybe("delay", Units.Duration, i => i.Delay, (i, v) => i with { Delay = v }, "propagation delay: 20 ms")
        .Maybe("jitter", Units.Duration, i => i.Jitter, (i, v) => i with { Jitter = v }, "random change of the delay, up to this much either way")
        .Maybe("loss", Units.Percent, i => i.Loss, (i, v) => i with { Loss = v }, "chance that a frame is lost: 0.1 %")
        .Key("burst-loss", Burst, i => i.BurstLoss!, (i, v) => i with { BurstLoss = v }, "loss that comes in bursts (Gilbert-Elliott)")
        .Maybe("reorder", Units.Percent, i => i.Reorder, (i, v) => i with { Reorder = v }, "chance that a frame is held back and overtaken")
        .Maybe("reorder-delay", Units.Duration, i => i.ReorderDelay, (i, v) => i with { ReorderDelay = v }, "how long a frame that is reordered is held back")
        .Maybe("duplicate", Units.Percent, i => i.Duplicate, (i, v) => i with { Duplicate = v }, "chance that a frame arrives twice")
        .Maybe("damage", Units.Percent, i => i.Damage, (i, v) => i with { Damage = v }, "chance that a bit of a frame is flipped")
        .Maybe("frame-check", Scalars.Bool, i => i.FrameCheck, (i, v) => i with { FrameCheck = v }, "whether the receiver's frame check catches damage; true unless given")
        .Maybe("queue", Scalars.Count, i => i.Queue, (i, v) => i with { Queue = v }, "how many frames may wait for transmission")
        .Maybe("mark", Scalars.Count, i => i.Mark, (i, v) => i with { Mark = v }, "how many frames wait when packets begin to be marked as ECN has it");

    private static readonly EitherForm<Impairment> Direction = new(
        new TextForm<Impairment>("a rate such as 100 Mbit", ParseRate, i => ((YamlScalar)Units.Rate.Write(i.Rate!.Value)).Text).Pattern(@"^[0-9.]+ ?[kMGT]?bit(/s)?$"),
        Impairment,
        i => i.Rate is not null && i with { Rate = null } == new Impairment());

    private static readonly RecordForm<Link> Options = new RecordForm<Link>("a link", new Link())
        .Key("preset", Scalars.Word<LinkPreset>("a link preset"), l => l.Preset, (l, v) => l with { Preset = v }, "the medium whose figures it starts from")
        .Inside(Impairment.Keys, l => l.Both, (l, v) => l with { Both = v })
        .Key("up", Direction, l => l.Up, (l, v) => l with { Up = v }, "from the first end to the second: a rate or a mapping")
        .Key("down", Direction, l => l.Down, (l, v) => l with { Down = v }, "from the second end to the first: a rate or a mapping")
        .Maybe("mtu", Scalars.Mtu, l => l.Mtu, (l, v) => l with { Mtu = v }, "the largest IP packet of the interfaces at both ends")
        .Key("subnet", new ListForm<Core.InetPrefix>(Scalars.Prefix, single: true), l => l.Subnets, (l, v) => l with { Subnets = v }, "the subnet of the link's broadcast domain");

    /// <summary>A link: <c>alice - home</c>, or <c>alice - home.lan: { preset: wifi }</c>.</summary>
    public static readonly Form<Link> Link = new LinkForm();

    private static Complaint? ParseRate(string text, out Impairment value)
    {
        var complaint = Units.Rate.Parse(text, out long rate);
        value = new Impairment { Rate = rate };
        return complaint;
    }

    private sealed class LinkForm : Form<Link>
    {
        public override string Expected => "a link such as 'alice - home: { preset: wifi }'";

        public override bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out Link value)
        {
            value = new Link();
            if (node is YamlScalar { IsMissing: false } bare)
            {
                return TryReadEnds(bare, path, mistakes, ref value);
            }

            if (node is not YamlMap map || map.Entries.Count == 0)
            {
                return Refuse(node, path, mistakes, out value!);
            }

            if (map.Entries.Count > 1)
            {
                mistakes.Add(map.Entries[1].Key.Span, path, "a link has one pair of ends", "put its figures in braces, as in 'alice - home: { delay: 5 ms }', and every link on a line with a dash");
                return false;
            }

            bool options = Options.TryRead(map.Entries[0].Value, path, mistakes, out value);
            return TryReadEnds(map.Entries[0].Key, path, mistakes, ref value) && options;
        }

        private static bool TryReadEnds(YamlScalar text, LabPath path, MistakeList mistakes, ref Link link)
        {
            mistakes.Place(path, text.Span);
            int dash = text.Text.IndexOf(" - ", StringComparison.Ordinal);
            string a = dash < 0 ? "" : text.Text[..dash].Trim();
            string b = dash < 0 ? "" : text.Text[(dash + 3)..].Trim();
            if (Scalars.Name.Parse(a, out _) is not null || Scalars.Name.Parse(b, out _) is not null)
            {
                mistakes.Add(text.Span, path, $"'{Scalars.Shorten(text.Text)}' is not a link", "a link joins two nodes: 'alice - home' or 'alice.eth0 - home.lan', with blanks around the dash");
                return false;
            }

            mistakes.Place(path / "a", text.Part(text.Text.IndexOf(a, StringComparison.Ordinal), a.Length));
            mistakes.Place(path / "b", text.Part(text.Text.LastIndexOf(b, StringComparison.Ordinal), b.Length));
            link = link with { A = new LinkEnd(a), B = new LinkEnd(b) };
            return true;
        }

        public override YamlNode Write(Link value)
        {
            var options = (YamlMap)Options.Write(value);
            return options.Entries.Count == 0 ? Text(value.Name) : new YamlMap([new YamlEntry(Text(value.Name), options)], default);
        }

        public override JsonObject Schema(SchemaDefinitions definitions) => new()
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "string", ["pattern"] = @"^\S+ +- +\S+$" },
                new JsonObject { ["type"] = "object", ["minProperties"] = 1, ["maxProperties"] = 1, ["additionalProperties"] = Options.Schema(definitions) }),
        };
    }
}
