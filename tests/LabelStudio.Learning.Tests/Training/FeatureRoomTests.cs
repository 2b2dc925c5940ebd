using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class FeatureRoomTests
{
    private static readonly BackboneDescriptor Lite0 = BackboneDescriptor.EfficientNetLite0;
    private static readonly TrainingPlan LastStages = new() { Layers = TrainedLayers.LastStages, LastStageCount = 2, SidePx = 160 };

    /// <summary>112 channels of 10 x 10 numbers for an image and its mirror image, once for a validation image, two bytes each.</summary>
    [Fact]
    public void BytesOf_LastStages_CountsEachViewOfTrainingImagesAndOneOfOthers() =>
        Assert.Equal(((1000 * 2) + 100) * 112 * 10 * 10 * 2, FeatureRoom.BytesOf(LastStages, Lite0, 1000, 100));

    [Fact]
    public void BytesOf_WholeBackboneOnManyImages_IsBeyondAnInteger() =>
        Assert.Equal(6_000_000L * 3 * 224 * 224 * 2, FeatureRoom.BytesOf(new() { Layers = TrainedLayers.Whole, RandomCrop = true }, Lite0, 1_000_000, 0));

    [Theory]
    [InlineData(TrainedLayers.Whole)]
    [InlineData(TrainedLayers.LastStages)]
    public void BytesOf_AnyLayers_IsWhatTheStagesWrite(TrainedLayers layers)
    {
        using var folder = new TemporaryFolder();
        var plan = LastStages with { Layers = layers, SidePx = 32, ColourChange = 0.1 };
        using var stages = new FrozenStages(plan, Lite0, RandomWeights.Of(Lite0), folder.Path, threads: 1, TestDevice.Chosen, _ => { });
        var path = folder.File("cache");
        using var cache = new FeatureCache(path, 3 * stages.Views, stages.FeatureLength);

        cache.Write((3 * stages.Views) - 1, new float[stages.FeatureLength]);

        Assert.Equal(new FileInfo(path).Length, FeatureRoom.BytesOf(plan, Lite0, 3, 0));
    }

    [Fact]
    public void Problem_RoomForAll_IsNone()
    {
        Assert.Null(FeatureRoom.Problem(LastStages, Lite0, 10_000, 1000, FeatureRoom.UsualMostBytes, null));
        Assert.Null(FeatureRoom.Problem(LastStages, Lite0, 10_000, 1000, FeatureRoom.UsualMostBytes, 2_000_000_000));
    }

    [Fact]
    public void Problem_MoreThanARunMayTake_SaysHowMuchAndWhatToDo()
    {
        var problem = FeatureRoom.Problem(LastStages with { RandomCrop = true }, Lite0, 100_000, 10_000, 10_000_000_000, null);

        Assert.Equal(
            "The features of 110000 images at 160 px would take 13.7 GB of the trainer's disk, but a run of this trainer may take 10.0 GB. Allow the trainer more for features, or launch the run with a smaller image side, without random crops and changes of colour, on fewer images, or training the head only.",
            problem);
    }

    [Fact]
    public void Problem_MoreThanTheDiskHasFree_KeepsAReserveAndSaysSo()
    {
        // The features alone take 0.47 GB.
        var withOriginals = FeatureRoom.Problem(LastStages, Lite0, 10_000, 1000, FeatureRoom.UsualMostBytes, 2_000_000_000, originalBytes: 600_000_000);
        Assert.Contains("would take 0.5 GB of the trainer's disk and the copied originals 0.6 GB, but 2.0 GB are free there", withOriginals, StringComparison.Ordinal);
        Assert.Null(FeatureRoom.Problem(LastStages, Lite0, 10_000, 1000, FeatureRoom.UsualMostBytes, 2_000_000_000, originalBytes: 500_000_000));

        var problem = FeatureRoom.Problem(LastStages, Lite0, 10_000, 1000, FeatureRoom.UsualMostBytes, 1_400_000_000);

        Assert.Contains("would take 0.5 GB", problem, StringComparison.Ordinal);
        Assert.Contains("1.4 GB are free there, of which 1.0 GB must stay free. Make room on that disk", problem, StringComparison.Ordinal);
    }
}
