using LabelStudio.Learning.Snapshots;
using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class LeftOutClassesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("left-out-").FullName;
    private readonly Guid[] _classes = [.. Enumerable.Range(1, 3).Select(number => new Guid(number, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Execute_ClassOfTheParentLeftOut_LearnsNothingFromItsImagesAndTestsItsRow()
    {
        var parentFolder = Path.Combine(_folder, "parent-model");
        var parentAssignment = TrainedModels.Assign(_classes[..2]);
        await TrainedModels.TrainAsync(parentAssignment, new MemoryRunFiles(_classes[..2], 40, 10), parentFolder);
        var assignment = TrainedModels.Assign(_classes, parentAssignment.ModelId);
        assignment = assignment with { Classes = assignment.Classes.Skip(1).ToList(), LeftOut = [assignment.Classes[0] with { IsLeftOut = true }] };
        var events = new List<TrainingEvent>();

        var result = (await new RunExecution(new MemoryRunFiles(_classes, 40, 10, parentFolder), TestDevice.Chosen, TimeProvider.System).ExecuteAsync(
            assignment, TrainedModels.OptionsIn(_folder), events.Add, new RunStop(CancellationToken.None, CancellationToken.None), Token))!;

        var started = Assert.Single(events.OfType<RunStarted>());
        // 40 images of each class that takes part, and as many embeddings drawn from what the parent keeps of the other, so that its row holds.
        Assert.Equal((120, 20), (started.TrainCount, started.ValidationCount));
        Assert.Equal(_classes, result.Classes.Select(item => item.Id));
        Assert.Equal([10, 10, 10], result.Test.Targets.CountBy(target => target).OrderBy(item => item.Key).Select(item => item.Value));
        // The parent on the same validation images: none of the class that was left out, and it does not know the new one.
        Assert.Equal([null, 1.0, null], started.AccuracyBefore);
        var environment = started.Environment!;
        Assert.Equal((result.Environment, TestDevice.Chosen.Name, Environment.ProcessorCount), (environment, environment.Device, environment.Processors));
        Assert.All([environment.Program, environment.DotNet, environment.TorchSharp, environment.LibTorch, environment.OnnxRuntime], version => Assert.Matches(@"\d+\.\d+", version));
        var packed = Path.Combine(_folder, "left-out");
        ModelPackage.Write(packed, result, DateTime.UnixEpoch);
        Assert.Equal((environment, _classes[0]), ModelFolder.Read(packed) is var manifest ? (manifest.Environment, Assert.Single(manifest.LeftOutClassIds)) : default);
    }
}
