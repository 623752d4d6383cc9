namespace Catenet.Lab.Tests;

public class LabFileTests
{
    public static TheoryData<string> Labs => [.. LabFolder.Names];

    [Theory]
    [MemberData(nameof(Labs))]
    public void Every_lab_of_the_repository_is_valid_and_is_called_as_its_folder(string name)
    {
        var reading = LabReading.OfFile(Path.Combine(LabFolder.Root, name));
        Assert.True(reading.Mistakes.Count == 0, string.Join("\n", reading.Mistakes));
        Assert.Equal(name, reading.Model!.Name);
        Assert.NotEmpty(reading.Model.About);
        Assert.NotEmpty(reading.Model.Expectations);
    }
}
