using Catenet.Lab.Journeys;
using Catenet.Lab.Running;

namespace Catenet.Simulation.Tests.Labs;

/// <summary>Every lab of the repository does what it says.</summary>
public sealed class LabTests
{
    public static TheoryData<string> Labs() => [.. TestLabs.All];

    [Theory]
    [MemberData(nameof(Labs))]
    public void Everything_the_lab_expects_holds(string lab)
    {
        TestLabs.SkipUnlessPossible(lab);
        var result = new LabRunner(TestLabs.Plan(lab)).Run();
        Assert.NotEmpty(result.Expectations);
        Assert.All(result.Expectations, e => Assert.True(e.Holds, $"{e.Text}\nseen: {e.Seen}\ncause: {e.Cause}"));
    }

    [Theory]
    [MemberData(nameof(Labs))]
    public void Its_packets_all_come_to_an_end(string lab)
    {
        TestLabs.SkipUnlessPossible(lab);
        var runner = new LabRunner(TestLabs.Plan(lab));
        runner.Run();
        int before = runner.Network.Loop.Packets.PacketsOut;

        // What still waits (a neighbour that does not answer, a connection that is given up) ends within the longest of TCP's patience.
        new Core.VirtualDriver(runner.Network.Loop).RunFor(Core.Duration.FromMinutes(40));
        Assert.True(runner.Network.Loop.Packets.PacketsOut == 0, $"{before} packets after the run, {runner.Network.Loop.Packets.PacketsOut} forty minutes later");
    }

    [Theory]
    [MemberData(nameof(Labs))]
    public void Its_page_says_how_to_run_it(string lab)
    {
        string page = Path.Combine(TestLabs.Folder, lab, "README.md");
        Assert.True(File.Exists(page), $"{page} is missing");
        Assert.Contains($"run labs/{lab}", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Alices_journey_tells_of_names_neighbours_translation_and_the_rules_that_let_her_in()
    {
        var result = new LabRunner(TestLabs.Plan("alice-and-bob"), new LabRunOptions { RecordJourney = true }).Run();
        var journey = result.Journey!;
        Assert.Equal(
            [TripKind.Names, TripKind.Connect, TripKind.Secure, TripKind.Talk],
            journey.Phases.Select(p => p.Kind).Distinct().Take(4));
        var opening = journey.Trips.First(t => t.Kind == TripKind.Connect);
        Assert.Equal("alice", opening.Origin);
        Assert.Equal("bob", opening.Path.Last());
        Assert.Equal(["home", "isp", "net"], opening.Path.Skip(1).Take(3));

        string text = string.Join("\n", JourneyText.Tell(journey, JourneyLevel.Hops).Select(l => l.Text));
        Assert.Contains("who-has 192.168.1.1", text, StringComparison.Ordinal);
        Assert.Contains("-> 203.0.113.1:", text, StringComparison.Ordinal);
        Assert.Contains("nacl/web/in rule 100", text, StringComparison.Ordinal);
        Assert.Contains("sg/web/in", text, StringComparison.Ordinal);
        Assert.Contains("SYN-SENT -> ESTABLISHED", text, StringComparison.Ordinal);
        Assert.Contains("Time to live: 64 -> 63", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(JourneyLevel.Brief)]
    [InlineData(JourneyLevel.Story)]
    [InlineData(JourneyLevel.Hops)]
    [InlineData(JourneyLevel.Layers)]
    public void A_journey_fits_eighty_columns(JourneyLevel level)
    {
        var result = new LabRunner(TestLabs.Plan("nat"), new LabRunOptions { RecordJourney = true }).Run();
        var lines = JourneyText.Tell(result.Journey!, level);
        Assert.NotEmpty(lines);
        Assert.All(lines, l => Assert.True(l.Text.Length <= JourneyLine.Width, l.Text));
    }
}
