namespace Catenet.Core.Tests.Random;

public sealed class RandomStreamTests
{
    private static ulong[] Numbers(ulong seed, string owner) =>
        [.. Enumerable.Repeat(new RandomStream(seed, owner), 8).Select(s => s.NextUInt64())];

    [Fact]
    public void Seed_and_name_decide_every_number()
    {
        Assert.Equal(Numbers(1, "link/a-b"), Numbers(1, "link/a-b"));
        Assert.NotEqual(Numbers(1, "link/a-b"), Numbers(2, "link/a-b"));
        Assert.NotEqual(Numbers(1, "link/a-b"), Numbers(1, "link/a-c"));
    }

    [Fact]
    public void The_numbers_are_the_same_on_every_machine_and_in_every_version() =>
        Assert.Equal(
            ["cf2fa6ae6e0a0316", "283236a72603394c", "59ac27277eed97ee"],
            Enumerable.Repeat(new RandomStream(42, "pinned"), 3).Select(s => s.NextUInt64().ToString("x16", null)));

    [Fact]
    public void Bounded_numbers_stay_in_bounds_and_reach_both_ends()
    {
        var stream = new RandomStream(3, "bounds");
        var counts = new int[10];
        for (int i = 0; i < 100_000; i++)
        {
            counts[stream.Next(10)]++;
        }

        Assert.All(counts, c => Assert.InRange(c, 9_500, 10_500));
    }

    [Fact]
    public void A_chance_comes_true_as_often_as_it_says()
    {
        var stream = new RandomStream(4, "chance");
        Assert.InRange(Enumerable.Range(0, 100_000).Count(_ => stream.Chance(0.01)), 900, 1_100);
    }

    [Fact]
    public void A_chance_of_zero_draws_no_number()
    {
        var a = new RandomStream(5, "zero");
        var b = new RandomStream(5, "zero");
        Assert.False(a.Chance(0));
        Assert.Equal(b.NextUInt64(), a.NextUInt64());
    }

    [Fact]
    public void Normal_numbers_have_mean_zero_and_deviation_one()
    {
        var stream = new RandomStream(6, "normal");
        double sum = 0, squares = 0;
        for (int i = 0; i < 100_000; i++)
        {
            double x = stream.NextGaussian();
            sum += x;
            squares += x * x;
        }

        Assert.InRange(sum / 100_000, -0.02, 0.02);
        Assert.InRange(squares / 100_000, 0.98, 1.02);
    }
}
