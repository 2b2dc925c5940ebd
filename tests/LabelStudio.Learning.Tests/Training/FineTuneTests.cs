using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Tests.Backbones;
using LabelStudio.Learning.Tests.Imaging;
using LabelStudio.Learning.Training;
using Microsoft.Extensions.Time.Testing;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>Fine-tuning of a small network on two colours, at a clock that stands still.</summary>
public abstract class FineTuneTests : IDisposable
{
    private protected static readonly BackboneDescriptor Small = SmallBackbone.Descriptor;

    private protected static readonly WeightFile Weights = RandomWeights.Of(Small);

    private protected static readonly TrainingPlan Plan = TrainingPlan.Balanced with
    {
        SidePx = 64,
        LastStageCount = 1,
        Epochs = 4,
        BatchSize = 8,
        Patience = 0,
        BackboneLearningRate = 1e-3,
        HeadLearningRate = 1e-2,
        Dropout = 0.1,
    };

    private protected static readonly ClassIndexMap Classes = ClassIndexMap.Of([new Guid(1, 0, 0, new byte[8]), new Guid(2, 0, 0, new byte[8])]);

    private protected static readonly ClassIndexMap MoreClasses = Classes.Append([new Guid(3, 0, 0, new byte[8])]);

    private protected readonly TemporaryFolder _folder = new();
    private protected readonly List<TrainingEvent> _events = [];
    private protected readonly FakeTimeProvider _clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private protected string Scratch => _folder.File("scratch");

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected FineTuneResult Run(
        TrainingPlan plan, List<LabelledImage> train, List<LabelledImage> validation, CancellationToken stop = default,
        Action<TrainingEvent>? observer = null, LinearHead? head = null, Checkpoints? checkpoints = null, WeightFile? weights = null, int oldClasses = 0, IReadOnlySet<int>? pinned = null) =>
        FineTuneTrainer.Run(
            plan, Small, weights ?? Weights, head ?? LinearHead.Zero(Classes, Small.EmbeddingSize), train, validation, Scratch, TestDevice.Chosen,
            happened =>
            {
                _events.Add(happened);
                observer?.Invoke(happened);
            },
            _clock, stop, checkpoints, oldClasses, pinned);

    /// <summary>Reddish and bluish pictures in turn, each a little different.</summary>
    private protected List<LabelledImage> Pictures(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            double[] Shade(double[] colour) => [.. colour.Select(value => Math.Clamp(value + random.Next(-30, 30), 0, 255))];
            var colour = i % 2 == 0 ? DrawnPicture.Red : DrawnPicture.Blue;
            using var image = DrawnPicture.Halves(72, 64, Shade(colour), Shade(colour));
            var path = _folder.File($"{seed}-{i}.png");
            File.WriteAllBytes(path, image.PngsaveBuffer());
            return new LabelledImage(path, i % 2);
        })];
    }
}
