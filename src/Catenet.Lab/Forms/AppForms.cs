using System.Text.Json.Nodes;
using Catenet.Lab.Model;
using Catenet.Lab.Reading;

namespace Catenet.Lab.Forms;

/// <summary>Services: <c>https: { host: www.bob.com }</c>, or just <c>tcp-echo</c>.</summary>
internal static class AppForms
{
    private static readonly RecordForm<App> Http = Service<WebApp>("an http service", new WebApp())
        .With(Web(tls: false));

    private static readonly RecordForm<App> Https = Service<WebApp>("an https service", new WebApp { Tls = true })
        .With(Web(tls: true));

    private static readonly RecordForm<App> UdpStream = Service<UdpStreamApp>("a udp-stream service", new UdpStreamApp())
        .Inside(new RecordForm<UdpStreamApp>("", new UdpStreamApp())
            .Key("count", Scalars.Count, a => a.Count, (a, v) => a with { Count = v }, "how many datagrams; 1000 unless given")
            .Key("size", Units.Size, a => a.Size, (a, v) => a with { Size = v }, "payload of each; 1200 B unless given")
            .Key("rate", Units.Rate, a => a.Rate, (a, v) => a with { Rate = v }, "payload bits per second; 2 Mbit unless given").Keys,
            a => (UdpStreamApp)a, (_, v) => v);

    private static readonly RecordForm<App> TcpSink = Service<TcpSinkApp>("a tcp-sink service", new TcpSinkApp())
        .Inside(new RecordForm<TcpSinkApp>("", new TcpSinkApp())
            .Key("waits", Units.Duration, a => a.Waits, (a, v) => a with { Waits = v }, "how long it waits before it begins to read")
            .Key("rate", Units.Rate, a => a.Rate, (a, v) => a with { Rate = v }, "bits per second that it reads at most").Keys,
            a => (TcpSinkApp)a, (_, v) => v);

    private static readonly RecordForm<App> TcpIdle = Service<TcpIdleApp>("a tcp-idle service", new TcpIdleApp())
        .Inside(new RecordForm<TcpIdleApp>("", new TcpIdleApp())
            .Key("backlog", Scalars.Count, a => a.Backlog, (a, v) => a with { Backlog = v }, "how many connections may wait; 128 unless given").Keys,
            a => (TcpIdleApp)a, (_, v) => v);

    private static readonly (string Word, RecordForm<App> Form)[] Kinds =
    [
        ("http", Http),
        ("https", Https),
        ("tcp-sink", TcpSink),
        ("tcp-echo", Service<TcpEchoApp>("a tcp-echo service", new TcpEchoApp())),
        ("tcp-idle", TcpIdle),
        ("udp-sink", Service<UdpSinkApp>("a udp-sink service", new UdpSinkApp())),
        ("udp-echo", Service<UdpEchoApp>("a udp-echo service", new UdpEchoApp())),
        ("udp-stream", UdpStream),
    ];

    public static readonly Form<ValueList<App>> Apps = new ListForm<App>(new AppForm());

    private static RecordForm<App> Service<T>(string what, T usual)
        where T : App => new RecordForm<App>(what, usual)
        .Maybe("port", Scalars.Port, a => a.Port, (a, v) => a with { Port = v }, "the port it listens on");

    private static IEnumerable<Key<App>> Web(bool tls)
    {
        var form = new RecordForm<WebApp>("", new WebApp { Tls = tls });
        if (tls)
        {
            form.Key("host", Scalars.Name, a => a.Host!, (a, v) => a with { Host = v }, "the name in its certificate", required: true)
                .Key("ca", Scalars.Word<CertificateIssuer>("a certificate issuer"), a => a.Ca, (a, v) => a with { Ca = v }, "who signs its certificate: the lab's own authority");
        }

        form.Key("body", Scalars.Text, a => a.Body!, (a, v) => a with { Body = v }, "what it answers to every GET")
            .Maybe("size", Units.Size, a => a.Size, (a, v) => a with { Size = v }, "size of a generated answer, instead of a body");
        return form.Keys.Select(k => k.Within<App>(a => (WebApp)a, (_, v) => v));
    }

    private static string WordOf(App app) => app switch
    {
        WebApp { Tls: true } => "https",
        WebApp => "http",
        TcpSinkApp => "tcp-sink",
        TcpEchoApp => "tcp-echo",
        TcpIdleApp => "tcp-idle",
        UdpSinkApp => "udp-sink",
        UdpEchoApp => "udp-echo",
        UdpStreamApp => "udp-stream",
        _ => throw new ArgumentException($"{app.GetType().Name} has no form in lab files.", nameof(app)),
    };

    private sealed class AppForm : Form<App>
    {
        public override string Expected => "a service such as 'http: { port: 80 }'";

        public override bool TryRead(YamlNode node, LabPath path, MistakeList mistakes, out App value)
        {
            var key = node is YamlScalar { IsMissing: false } bare ? bare : node is YamlMap { Entries.Count: 1 } map ? map.Entries[0].Key : null;
            if (key is null)
            {
                return Refuse(node, path, mistakes, out value);
            }

            var kind = Array.Find(Kinds, k => k.Word == key.Text);
            if (kind.Form is null)
            {
                value = null!;
                mistakes.Add(key.Span, path, $"unknown service '{Scalars.Shorten(key.Text)}'", Spelling.Choose(key.Text, [.. Kinds.Select(k => k.Word)], "known"));
                return false;
            }

            return kind.Form.TryRead(node is YamlMap one ? one.Entries[0].Value : new YamlScalar("", key.Span), path, mistakes, out value);
        }

        public override YamlNode Write(App value)
        {
            var options = (YamlMap)Array.Find(Kinds, k => k.Word == WordOf(value)).Form.Write(value);
            return options.Entries.Count == 0 ? Text(WordOf(value)) : new YamlMap([new YamlEntry(Text(WordOf(value)), options)], default);
        }

        public override JsonObject Schema(SchemaDefinitions definitions) => definitions.Define("a service", () =>
        {
            var bare = Kinds.Where(k => !k.Form.Keys.Any(key => key.Required)).Select(k => (JsonNode)k.Word).ToArray();
            var properties = new JsonObject();
            foreach (var (word, form) in Kinds)
            {
                properties[word] = form.SchemaOf(definitions);
            }

            return new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["enum"] = new JsonArray(bare) },
                    new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false, ["minProperties"] = 1, ["maxProperties"] = 1 }),
            };
        });
    }
}
