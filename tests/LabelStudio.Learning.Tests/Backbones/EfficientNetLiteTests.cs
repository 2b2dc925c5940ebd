using LabelStudio.Learning.Backbones;
using TorchSharp;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Tests.Backbones;

public sealed class EfficientNetLiteTests
{
    private static readonly BackboneDescriptor Small = BackboneDescriptor.EfficientNetLite0 with
    {
        Name = "small",
        StemChannels = 8,
        EmbeddingSize = 24,
        // Channel counts that once came out wrong: 40 behind a 1 × 1 convolution in channels-last layout.
        Stages = [new(3, 1, 1, 16, 1), new(5, 2, 6, 40, 2), new(3, 2, 2, 40, 1)],
    };

    [Fact]
    public void Forward_StageByStage_EqualsForwardAtOnce()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new EfficientNetLite(Small, RandomWeights.Of(Small));
        var images = randn([2, 3, 64, 64]);

        var features = network.ForwardStem(images);
        for (var stage = 0; stage < 2; stage++)
        {
            features = network.ForwardStage(stage, features);
        }
        // Cached features come back in the default layout.
        var embedding = network.ForwardFrom(2, features.contiguous().clone());

        Assert.Equal([2, 40, Small.StageSide(1, 64), Small.StageSide(1, 64)], features.shape);
        Assert.True(embedding.allclose(network.forward(images), atol: 1e-6));
    }

    [Fact]
    public void Forward_AgainstPlainModulesOfLibtorch_HasTheSameValuesAndGradients()
    {
        using var scope = NewDisposeScope();
        var weights = RandomWeights.Of(Small);
        using var network = new EfficientNetLite(Small, weights);
        var trained = network.TrainFrom(0);
        var images = randn([2, 3, 32, 32]);
        var reference = PlainNetwork.Forward(Small, weights, images, out var referenceWeights);

        var embedding = network.forward(images);
        embedding.square().sum().backward();
        reference.square().sum().backward();

        Assert.True(embedding.allclose(reference, rtol: 1e-4, atol: 1e-5));
        Assert.Equal(referenceWeights.Count, trained.Count);
        foreach (var (mine, plain) in trained.Zip(referenceWeights))
        {
            var scale = plain.grad!.abs().max().item<float>();
            Assert.True(mine.grad!.allclose(plain.grad!, rtol: 1e-3, atol: 1e-4 * scale));
        }
    }

    [Fact]
    public void Forward_InBFloat16_IsCloseAndHasGradientsInFloat32()
    {
        using var scope = NewDisposeScope();
        var (expected, _) = EmbeddingAndGradients(float32);
        var (embedding, gradients) = EmbeddingAndGradients(bfloat16);

        Assert.Equal(ScalarType.BFloat16, embedding.dtype);
        Assert.InRange(Cosine(embedding.to(float32), expected), 0.999, 1.0001);
        Assert.All(gradients, gradient => Assert.Equal(ScalarType.Float32, gradient.dtype));
    }

    [Fact]
    public void Forward_InBFloat16_HasTheGradientsOfFloat32()
    {
        Assert.SkipWhen(
            UsesBFloat16Kernels,
            "This processor has bfloat16 instructions, with which libtorch's convolutions give wrong gradients. Run the tests by tests/run, or with ONEDNN_MAX_CPU_ISA=AVX512_CORE.");
        using var scope = NewDisposeScope();

        var pairs = EmbeddingAndGradients(bfloat16).Gradients.Zip(EmbeddingAndGradients(float32).Gradients);

        // The first layer's gradient has come through the rounding of all others.
        Assert.All(pairs, pair => Assert.InRange(Cosine(pair.First, pair.Second), 0.98, 1.0001));
    }

    [Fact]
    public void TrainFrom_LastStage_FreezesTheStagesBeforeAndEveryNorm()
    {
        using var network = new EfficientNetLite(Small, RandomWeights.Of(Small));

        var trained = network.TrainFrom(2);

        var open = network.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => entry.name).ToArray();
        Assert.Equal(["blocks.2.0.conv_pw.weight", "blocks.2.0.conv_dw.weight", "blocks.2.0.conv_pwl.weight", "conv_head.weight"], open);
        Assert.Equal(open.Length, trained.Count);
    }

    [Fact]
    public void ExportWeights_Untouched_GivesBackEveryTensorBitByBit()
    {
        var weights = RandomWeights.Of(Small);
        using var network = new EfficientNetLite(Small, weights);

        var exported = network.ExportWeights();

        Assert.Equal(weights.Sha256, WeightFile.Of(exported).Sha256);
    }

    [Fact]
    public void WeightsHash_OtherClassifier_IsTheSame()
    {
        var weights = RandomWeights.Of(Small);
        var withClassifier = WeightFile.Of(new Dictionary<string, WeightTensor>(weights.Tensors) { ["classifier.bias"] = new([1], [3]) });
        var other = RandomWeights.Of(Small, seed: 2);

        Assert.Equal(Small.WeightsHash(weights), Small.WeightsHash(withClassifier));
        Assert.NotEqual(Small.WeightsHash(weights), Small.WeightsHash(other));
    }

    [Fact]
    public void Forward_SideThatIsNoMultipleOf32_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var network = new EfficientNetLite(Small, RandomWeights.Of(Small));
        var images = zeros([1, 3, 48, 48]);

        Assert.Throws<ArgumentException>(() => network.forward(images));
    }

    [Fact]
    public void Forward_ManyBatches_LeavesNoTensorAlive()
    {
        using var network = new EfficientNetLite(Small, RandomWeights.Of(Small));
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        var alive = new List<long>();

        for (var batch = 0; batch < 10; batch++)
        {
            using var scope = NewDisposeScope();
            network.forward(rand([2, 3, 32, 32])).sum().backward();
            alive.Add(statistics.ThreadTotalLiveCount);
        }

        Assert.Equal(alive[1], alive[^1]);
    }

    /// <summary>On other systems than Linux nothing is known, and the test runs. Training computes in bfloat16 on a GPU only.</summary>
    private static bool UsesBFloat16Kernels =>
        OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA") is null && File.ReadAllText("/proc/cpuinfo") is var features
        && (features.Contains("avx512_bf16", StringComparison.Ordinal) || features.Contains("amx_bf16", StringComparison.Ordinal));

    /// <summary>Of the same random network and images, computed in a type.</summary>
    private static (Tensor Embedding, Tensor[] Gradients) EmbeddingAndGradients(ScalarType type)
    {
        using var network = new EfficientNetLite(Small, RandomWeights.Of(Small));
        using var generator = new Generator(1);
        var trained = network.TrainFrom(0);
        var embedding = network.forward(randn([2, 3, 32, 32], generator: generator).to(type));
        embedding.to(float32).square().sum().backward();
        return (embedding, [.. trained.Select(weight => weight.grad!.clone())]);
    }

    private static double Cosine(Tensor a, Tensor b) => nn.functional.cosine_similarity(a.flatten(), b.flatten(), 0).item<float>();
}
