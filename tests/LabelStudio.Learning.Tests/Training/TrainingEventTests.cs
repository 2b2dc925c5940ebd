using System.Text.Json;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class TrainingEventTests
{
    [Fact]
    public void Json_RoundTripThroughTheBase_KeepsKindAndValues()
    {
        var at = new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        TrainingEvent completed = new EpochCompleted(2, 6, 0.5, 0.6, 0.8, 0.7, 0.65, [0.5, null], 1e-3, 0, 900, 12, true) { Sequence = 4, AtUtc = at };

        var json = JsonSerializer.Serialize(completed);
        var read = Assert.IsType<EpochCompleted>(JsonSerializer.Deserialize<TrainingEvent>(json));

        Assert.Contains("\"kind\":\"epochCompleted\"", json, StringComparison.Ordinal);
        Assert.Equal([0.5, null], read.PerClassAccuracy);
        Assert.Equal(completed, read with { PerClassAccuracy = ((EpochCompleted)completed).PerClassAccuracy });
    }

    /// <summary>Places mean something to whoever made the list only: what is kept are the images' ids.</summary>
    [Fact]
    public void Json_ExemplarsChosen_KeepsTheIdsAlone()
    {
        var json = JsonSerializer.Serialize<TrainingEvent>(new ExemplarsChosen { Places = [3, 4], ImageIds = [70, 81] });

        var read = Assert.IsType<ExemplarsChosen>(JsonSerializer.Deserialize<TrainingEvent>(json));

        Assert.Equal([70, 81], read.ImageIds);
        Assert.Empty(read.Places);
    }

    [Fact]
    public void Json_RunEnded_NamesItsReason()
    {
        var json = JsonSerializer.Serialize<TrainingEvent>(new RunEnded(StopReason.PatienceExhausted, 3));

        Assert.Contains("\"PatienceExhausted\"", json, StringComparison.Ordinal);
        Assert.Equal(new RunEnded(StopReason.PatienceExhausted, 3), JsonSerializer.Deserialize<TrainingEvent>(json));
    }
}
