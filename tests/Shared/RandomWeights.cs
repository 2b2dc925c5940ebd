using LabelStudio.Learning.Backbones;

namespace LabelStudio.Tests;

/// <summary>Seeded weights for any backbone, scaled so that activations neither vanish nor saturate.</summary>
internal static class RandomWeights
{
    internal static WeightFile Of(BackboneDescriptor backbone, int seed = 1)
    {
        var random = new Random(seed);
        return WeightFile.Of(backbone.TensorShapes().ToDictionary(pair => pair.Key, pair => Tensor(pair.Key, pair.Value, random), StringComparer.Ordinal));
    }

    private static WeightTensor Tensor(string name, long[] shape, Random random)
    {
        var count = shape.Aggregate(1L, (product, dimension) => product * dimension);
        var isConvolution = shape.Length == 4;
        // He and others 2015: variance 2 / fan-in keeps the size of activations behind a ReLU; of a uniform draw it is a third.
        var spread = isConvolution ? Math.Sqrt(6.0 / (count / shape[0])) : 0.1;
        var centre = name.EndsWith("running_var", StringComparison.Ordinal) || (!isConvolution && name.EndsWith("weight", StringComparison.Ordinal)) ? 1.0 : 0.0;
        return new(shape, [.. Enumerable.Range(0, (int)count).Select(_ => (float)(centre + spread * (random.NextDouble() * 2 - 1)))]);
    }
}
