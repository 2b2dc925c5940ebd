using System.Buffers.Binary;
using LabelStudio.Learning.Training;
using Tensorboard;

namespace LabelStudio.Learning.Tests.Training;

public sealed class TensorBoardLogTests
{
    [Fact]
    public void Add_TwoEpochs_GivesRecordsThatTensorBoardReads()
    {
        using var folder = new TemporaryFolder();
        var log = new TensorBoardLog(folder.Path);
        var epoch = new EpochCompleted(1, 6, 0.5, 0.75, 0.9, 0.8, 0.7, [0.5, null], 1e-3, 3e-4, 100, 1, true) { AtUtc = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc) };

        log.Add(epoch);
        log.Add(epoch with { Epoch = 2, TrainLoss = 0.25 });

        var events = Read(Assert.Single(Directory.GetFiles(folder.Path, "events.out.tfevents.*")));
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        var losses = events.Skip(1).Where(item => item.Summary.Value[0].Tag == "loss/train").ToList();
        Assert.Equal([(1L, 0.5f), (2L, 0.25f)], losses.Select(item => (item.Step, item.Summary.Value[0].SimpleValue)));
        Assert.Equal(new DateTimeOffset(epoch.AtUtc).ToUnixTimeSeconds(), losses[0].WallTime);
        Assert.Equal(8, events.Skip(1).Select(item => item.Summary.Value[0].Tag).Distinct().Count());
    }

    [Fact]
    public void Add_EpochWithoutValidation_SaysNothingAboutIt()
    {
        using var folder = new TemporaryFolder();

        new TensorBoardLog(folder.Path).Add(new EpochCompleted(1, 6, 0.5, 0.5, 0.9, 0, 0, [], 1e-3, 3e-4, 100, 1, true));

        var tags = Read(Assert.Single(Directory.GetFiles(folder.Path, "events.out.tfevents.*"))).Skip(1).Select(item => item.Summary.Value[0].Tag).ToList();
        Assert.Equal(5, tags.Count);
        Assert.DoesNotContain(tags, tag => tag.Contains("validation", StringComparison.Ordinal));
    }

    /// <summary>Each record: its length, a checksum, the event, a checksum.</summary>
    private static List<Event> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var events = new List<Event>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            events.Add(Event.Parser.ParseFrom(bytes, at + 12, length));
            at += 12 + length + 4;
        }
        return events;
    }
}
