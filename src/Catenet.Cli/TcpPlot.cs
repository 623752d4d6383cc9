using System.Globalization;
using Catenet.Core;
using Catenet.Lab.Running;
using Catenet.Programs.Transfer;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Catenet.Cli;

/// <summary>Draws how the windows and the round-trip time of TCP transfers developed: one panel above the other, all on one time axis, as SVG.</summary>
internal static class TcpPlot
{
    private const double Width = 1000;
    private const double PanelHeight = 300;

    /// <summary>Writes the picture.</summary>
    /// <param name="path">The file.</param>
    /// <param name="result">The run.</param>
    /// <exception cref="ArgumentException">No program of the lab has samples.</exception>
    public static void Write(string path, LabResult result)
    {
        var runs = result.Programs.Where(p => p.Result.Samples.Count > 0).ToList();
        if (runs.Count == 0)
        {
            throw new ArgumentException("Nothing to plot: give a tcp program of run: a time between samples, as in { tcp: \"bob:9\", send: 5 MB, sample: 20 ms }.");
        }

        var model = new PlotModel { Background = OxyColors.White, Padding = new OxyThickness(16) };
        model.Legends.Add(new Legend { LegendPosition = LegendPosition.TopCenter, LegendPlacement = LegendPlacement.Outside, LegendOrientation = LegendOrientation.Horizontal });
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "seconds", Minimum = 0, MajorGridlineStyle = LineStyle.Dot });
        for (int i = 0; i < runs.Count; i++)
        {
            AddPanel(model, runs[i].Name, runs[i].Result.Samples, 1.0 - ((i + 1.0) / runs.Count), 1.0 - ((double)i / runs.Count), first: i == 0);
        }

        using var stream = File.Create(path);
        new SvgExporter { Width = Width, Height = 100 + (PanelHeight * runs.Count) }.Export(model, stream);
    }

    private static void AddPanel(PlotModel model, string name, IReadOnlyList<TcpSample> samples, double bottom, double top, bool first)
    {
        const double Gap = 0.02;
        string windows = $"{name} windows", times = $"{name} times";
        double most = samples.Max(s => (double)s.Info.SendCwnd);
        model.Axes.Add(new LinearAxis
        {
            Key = windows,
            Position = AxisPosition.Left,
            Title = $"{name}: segments",
            Minimum = 0,
            Maximum = most * 1.1,
            StartPosition = bottom + Gap,
            EndPosition = top - Gap,
            MajorGridlineStyle = LineStyle.Dot,
        });
        model.Axes.Add(new LinearAxis
        {
            Key = times,
            Position = AxisPosition.Right,
            Title = "ms",
            Minimum = 0,
            StartPosition = bottom + Gap,
            EndPosition = top - Gap,
        });
        var begin = samples[0].Time;
        Add(model, samples, begin, "in flight", windows, OxyColors.LightGray, 1, first, s => s.Info.Unacked);
        Add(model, samples, begin, "cwnd", windows, OxyColors.SteelBlue, 1.5, first, s => s.Info.SendCwnd);
        Add(model, samples, begin, "ssthresh", windows, OxyColors.DarkOrange, 1, first, s => s.Info.SendSsthresh > most * 2 ? double.NaN : s.Info.SendSsthresh);
        Add(model, samples, begin, "round-trip time (ms)", times, OxyColors.SeaGreen, 1, first, s => s.Info.Rtt.TotalMilliseconds);
    }

    private static void Add(PlotModel model, IReadOnlyList<TcpSample> samples, Instant begin, string title, string axis, OxyColor colour, double thickness, bool inLegend, Func<TcpSample, double> value)
    {
        var line = new LineSeries { Title = inLegend ? title : null, RenderInLegend = inLegend, YAxisKey = axis, Color = colour, StrokeThickness = thickness };
        line.Points.AddRange(samples.Select(s => new DataPoint((s.Time - begin).TotalSeconds, value(s))));
        model.Series.Add(line);
    }
}
