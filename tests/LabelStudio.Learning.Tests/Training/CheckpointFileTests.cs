using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;

namespace LabelStudio.Learning.Tests.Training;

public sealed class CheckpointFileTests
{
    private static readonly TrainingCheckpoint s_checkpoint = new()
    {
        Plan = TrainingPlan.Balanced with { TimeLimit = TimeSpan.FromMinutes(5) },
        Epoch = 2,
        OptimizerSteps = 14,
        Elapsed = TimeSpan.FromSeconds(12.5),
        BestEpoch = 1,
        BestMacroF1 = 0.1 + 0.2,
        Epochs = [new EpochCompleted(1, 6, 0.5, double.NaN, 0.9, 0.8, 0.7, [0.5, null], 1e-3, 0, 100, 1, true)],
        Tensors = new Dictionary<string, WeightTensor>
        {
            ["head.weight"] = new([2, 3], [1, 2, 3, float.Epsilon, -0f, 6]),
            ["head.bias"] = new([1], [0.1f]),
        },
    };

    [Fact]
    public void Read_WhatWasWritten_IsTheSameBitForBit()
    {
        var read = CheckpointFile.Read(new MemoryStream(Bytes()));

        Assert.Equal(s_checkpoint.Plan, read.Plan);
        Assert.Equal((2, 14, 1, s_checkpoint.Elapsed), (read.Epoch, read.OptimizerSteps, read.BestEpoch, read.Elapsed));
        Assert.Equal((s_checkpoint.BestMacroF1, null), (read.BestMacroF1, read.BestLogLoss));
        Assert.Equal(double.NaN, Assert.Single(read.Epochs).ValidationLoss);
        Assert.Equal([0.5, null], read.Epochs[0].PerClassAccuracy);
        Assert.Equal([2L, 3L], read.Tensors["head.weight"].Shape);
        Assert.Equal(s_checkpoint.Tensors["head.weight"].Values.Select(BitConverter.SingleToInt32Bits), read.Tensors["head.weight"].Values.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        var bytes = Bytes();

        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(new MemoryStream(bytes, 0, length))));
    }

    [Fact]
    public void Read_OneBitChangedInTheNumbers_IsRefused()
    {
        var bytes = Bytes();
        bytes[^40] ^= 1;

        Assert.Throws<InvalidDataException>(() => CheckpointFile.Read(new MemoryStream(bytes)));
    }

    private static byte[] Bytes()
    {
        using var stream = new MemoryStream();
        CheckpointFile.Write(s_checkpoint, stream);
        return stream.ToArray();
    }
}
