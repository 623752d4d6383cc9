using System.Text.Json;
using Catenet.Core;
using Catenet.Programs.Transfer;

namespace Catenet.Cli;

/// <summary>Samples of a TCP connection as JSON, by Linux's names of TCP_INFO's fields: times in nanoseconds, windows in segments.</summary>
internal static class SampleJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<TcpSample> samples)
    {
        if (samples.Count == 0)
        {
            return;
        }

        json.WriteStartArray("samples");
        foreach (var (time, info, unacknowledged) in samples)
        {
            json.WriteStartObject();
            json.WriteNumber("time", time.Nanoseconds);
            json.WriteNumber("snd_cwnd", info.SendCwnd);
            if (info.SendSsthresh != int.MaxValue)
            {
                json.WriteNumber("snd_ssthresh", info.SendSsthresh);
            }

            json.WriteNumber("unacked", info.Unacked);
            json.WriteNumber("lost", info.Lost);
            json.WriteNumber("total_retrans", info.TotalRetransmitted);
            json.WriteNumber("ca_state", info.CongestionState);
            json.WriteNumber("rtt", info.Rtt.Nanoseconds);
            json.WriteNumber("rto", info.Rto.Nanoseconds);
            json.WriteNumber("snd_wnd", info.SendWindow);
            json.WriteNumber("outq", unacknowledged);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
