namespace Catenet.Bench;

/// <summary>Something to measure: what one run of it yields, in which unit.</summary>
/// <param name="name">The name by which it is chosen on the command line.</param>
/// <param name="unit">The unit of the figure.</param>
/// <param name="what">What is measured, in a line.</param>
internal abstract class Benchmark(string name, string unit, string what)
{
    public string Name => name;

    public string Unit => unit;

    public string What => what;

    /// <summary>Measures once, from a fresh start, for about so many seconds of real time.</summary>
    public abstract double Run(double seconds);
}
