using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

/// <summary>Keeps what a run checkpoints, as the bytes that a file would hold, and can pause it.</summary>
internal sealed class KeptCheckpoints(int? pauseAfter = null) : IDisposable
{
    private readonly CancellationTokenSource _pause = new();
    private byte[] _last = [];

    public Checkpoints From(TrainingCheckpoint? last) => new(
        last,
        checkpoint =>
        {
            using var stream = new MemoryStream();
            CheckpointFile.Write(checkpoint, stream);
            _last = stream.ToArray();
            if (checkpoint.Epoch == pauseAfter)
            {
                _pause.Cancel();
            }
        },
        _pause.Token);

    public TrainingCheckpoint Last => CheckpointFile.Read(new MemoryStream(_last));

    public void Dispose() => _pause.Dispose();

    /// <summary>Two curves of one run agree to within 1e-5.</summary>
    public static void AssertSameCurve(IEnumerable<EpochCompleted> expected, IEnumerable<EpochCompleted> actual)
    {
        var (first, second) = (expected.ToList(), actual.ToList());
        Assert.Equal(first.Select(epoch => epoch.Epoch), second.Select(epoch => epoch.Epoch));
        foreach (var (one, other) in first.Zip(second))
        {
            Assert.Equal(one.TrainLoss, other.TrainLoss, 1e-5);
            Assert.Equal(one.ValidationLoss, other.ValidationLoss, 1e-5);
            Assert.Equal(one.ValidationMacroF1, other.ValidationMacroF1, 1e-5);
            Assert.Equal(one.HeadLearningRate, other.HeadLearningRate, 1e-12);
            Assert.Equal(one.IsBest, other.IsBest);
        }
    }
}
