using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LabelStudio.Learning.Backbones;

/// <summary>
/// An EfficientNet-Lite that can be trained: image float32 [N, 3, S, S] (RGB, −1 to 1, S a multiple of 32) to embedding
/// float32 [N, D]. Parameters are named as timm names them. The stages can be called one by one, so that the frozen ones
/// run once and only the others at each step.
/// </summary>
/// <remarks>
/// Batch norm is frozen whole (statistics, scale and shift), as small batches of few classes would move it: it is folded
/// into the convolution before it at each call, and gradients reach the convolution as they would. Activations run in
/// channels-last layout, in which libtorch's convolutions are faster on a CPU. Given bfloat16 every method computes in that
/// and gives it back; weights and their gradients stay float32. Not thread-safe; results belong to the caller's dispose scope.
/// </remarks>
public sealed class EfficientNetLite : nn.Module<Tensor, Tensor>
{
    private readonly FrozenNormConvolution _stem;
    private readonly List<EfficientNetLiteBlock[]> _stages = [];
    private readonly FrozenNormConvolution _head;

    /// <summary>Builds the network on the CPU, every weight trainable.</summary>
    /// <param name="backbone">Which network.</param>
    /// <param name="weights">Its tensors; copied.</param>
    /// <exception cref="InvalidDataException">The weights do not belong to this backbone.</exception>
    public EfficientNetLite(BackboneDescriptor backbone, WeightFile weights)
        : base(nameof(EfficientNetLite))
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(weights);
        backbone.Validate(weights);
        Backbone = backbone;
        _stem = Register(backbone.Stem, weights);
        var stages = new ModuleList<ModuleList<EfficientNetLiteBlock>>();
        foreach (var stage in backbone.Blocks.GroupBy(block => block.Stage))
        {
            EfficientNetLiteBlock[] blocks = [.. stage.Select(block => new EfficientNetLiteBlock(block, weights))];
            _stages.Add(blocks);
            stages.Add(new ModuleList<EfficientNetLiteBlock>(blocks));
        }
        register_module("blocks", stages);
        _head = Register(backbone.HeadConvolution, weights);
    }

    /// <summary>Which network this is.</summary>
    public BackboneDescriptor Backbone { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return ForwardFrom(0, ForwardStem(input)).MoveToOuterDisposeScope();
    }

    /// <summary>The stem: image float32 [N, 3, S, S] to features [N, 32, S / 2, S / 2].</summary>
    /// <param name="images">Borrowed.</param>
    /// <exception cref="ArgumentException">The side is no multiple of 32.</exception>
    public Tensor ForwardStem(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.shape[2] % BackboneDescriptor.SideMultiplePx != 0 || images.shape[3] % BackboneDescriptor.SideMultiplePx != 0)
        {
            throw new ArgumentException($"The pictures are {images.shape[3]} × {images.shape[2]} and both sides must be multiples of {BackboneDescriptor.SideMultiplePx}.", nameof(images));
        }
        using var scope = NewDisposeScope();
        return _stem.Forward(ChannelsLast(images)).MoveToOuterDisposeScope();
    }

    /// <summary>One stage: features float32 [N, in, H, W] to [N, out, H / stride, W / stride].</summary>
    /// <param name="stage">Index in <see cref="BackboneDescriptor.Stages"/>.</param>
    /// <param name="features">What the stage before gave. Borrowed.</param>
    public Tensor ForwardStage(int stage, Tensor features)
    {
        using var scope = NewDisposeScope();
        return _stages[stage].Aggregate(features, (input, block) => block.forward(input)).MoveToOuterDisposeScope();
    }

    /// <summary>The stages from one on, the last convolution and the mean over the picture: features to embedding [N, D].</summary>
    /// <param name="stage">First stage to run; the number of stages for none.</param>
    /// <param name="features">float32 [N, in, H, W] in any layout. Borrowed.</param>
    public Tensor ForwardFrom(int stage, Tensor features)
    {
        ArgumentNullException.ThrowIfNull(features);
        using var scope = NewDisposeScope();
        var output = Enumerable.Range(stage, _stages.Count - stage)
            .Aggregate(ChannelsLast(features), (input, index) => ForwardStage(index, input));
        return _head.Forward(output).mean([2, 3]).MoveToOuterDisposeScope();
    }

    /// <summary>Freezes the stem and the stages before one: they get no gradient.</summary>
    /// <param name="firstTrainedStage">The first stage that trains; 0 trains the stem too.</param>
    /// <returns>The parameters that train, in order. Borrowed; ask again after moving the network to another device.</returns>
    public IReadOnlyList<Parameter> TrainFrom(int firstTrainedStage)
    {
        List<Parameter> trained = [];
        void Set(FrozenNormConvolution layer, bool trains)
        {
            layer.Convolution.weight!.requires_grad = trains;
            if (trains)
            {
                trained.Add(layer.Convolution.weight!);
            }
        }

        Set(_stem, firstTrainedStage == 0);
        for (var stage = 0; stage < _stages.Count; stage++)
        {
            foreach (var layer in _stages[stage].SelectMany(block => block.Layers))
            {
                Set(layer, stage >= firstTrainedStage);
            }
        }
        Set(_head, trains: true);
        return trained;
    }

    /// <summary>Copies the weights out, by timm's names, from whatever device they are on.</summary>
    public Dictionary<string, WeightTensor> ExportWeights()
    {
        using var scope = NewDisposeScope();
        return AllLayers().SelectMany(layer => layer.Tensors()).ToDictionary(
            entry => entry.Name,
            entry => new WeightTensor(entry.Tensor.shape, entry.Tensor.detach().cpu().contiguous().data<float>().ToArray()),
            StringComparer.Ordinal);
    }

    // The binding has no call for a memory format: a permuted contiguous copy has the same strides. Where the tensor already
    // lies so, contiguous() copies nothing.
    private static Tensor ChannelsLast(Tensor features) => features.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    private IEnumerable<FrozenNormConvolution> AllLayers() =>
        [_stem, .. _stages.SelectMany(blocks => blocks).SelectMany(block => block.Layers), _head];

    private FrozenNormConvolution Register(BackboneConvolution layer, WeightFile weights)
    {
        var modules = new FrozenNormConvolution(layer, weights);
        register_module(layer.Name, modules.Convolution);
        register_module(layer.NormName, modules.Norm);
        return modules;
    }
}
