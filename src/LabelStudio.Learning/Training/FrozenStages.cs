using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Native;

namespace LabelStudio.Learning.Training;

/// <summary>
/// Runs what does not train once for every picture and view and keeps the result, from the very weights that the trained
/// stages continue: on a GPU where there is one, else on ONNX Runtime, which on a processor is several times faster than
/// libtorch. Where all stages train, the pictures themselves are kept. Views are the picture, its mirror image, and crops and
/// changes of colour if the plan wants them.
/// </summary>
internal sealed class FrozenStages : IDisposable
{
    private const int ChangedViews = 4, PicturesAtOnce = 8;
    private const double CropSource = 1.5;

    private readonly TrainingPlan _plan;
    private readonly OnnxSession? _session;
    private readonly DeviceStages? _onDevice;
    private readonly ImagePreprocessing _preprocessing;
    private readonly int _threads;

    /// <param name="plan">Says which stages are frozen, and the views.</param>
    /// <param name="backbone">Which network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="folder">Receives the graph that ONNX Runtime runs.</param>
    /// <param name="threads">Threads that read pictures, and compute where there is no GPU.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="log">Told when the device's memory ran out.</param>
    internal FrozenStages(TrainingPlan plan, BackboneDescriptor backbone, WeightFile weights, string folder, int threads, ComputeDevice device, Action<string> log)
    {
        (_plan, _threads) = (plan, threads);
        _preprocessing = new(plan.SidePx);
        FirstTrainedStage = FirstTrainedOf(plan, backbone);
        FeatureShape = ShapeOf(plan, backbone);
        if (FirstTrainedStage > 0 && device.Kind != DeviceKind.Cpu)
        {
            _onDevice = new(backbone, weights, FirstTrainedStage, plan.SidePx, device, new BatchMemory(log));
        }
        else if (FirstTrainedStage > 0)
        {
            var path = Path.Combine(folder, "frozen-stages.onnx");
            BackboneGraph.WriteStages(backbone, weights, FirstTrainedStage, path);
            _session = new(path, plan.SidePx, threads);
        }
    }

    /// <summary>The first stage that trains; 0: the stem trains too.</summary>
    internal int FirstTrainedStage { get; }

    /// <summary>[C, H, W] of what is kept of one view.</summary>
    internal long[] FeatureShape { get; }

    /// <summary>Numbers kept of one view.</summary>
    internal int FeatureLength => checked((int)FeatureShape.Aggregate(1L, (product, dimension) => product * dimension));

    /// <summary>Views of a training picture.</summary>
    internal int Views => ViewsOf(_plan);

    /// <summary>Views that a plan wants of a training picture.</summary>
    internal static int ViewsOf(TrainingPlan plan) => (plan.MirrorFlip ? 2 : 1) + (plan.RandomCrop || plan.ColourChange > 0 ? ChangedViews : 0);

    /// <summary>[C, H, W] of what a plan keeps of one view: the pixels where all stages train.</summary>
    internal static long[] ShapeOf(TrainingPlan plan, BackboneDescriptor backbone)
    {
        if (FirstTrainedOf(plan, backbone) is not (> 0 and var first))
        {
            return [ImagePreprocessing.Channels, plan.SidePx, plan.SidePx];
        }
        var side = backbone.StageSide(first - 1, plan.SidePx);
        return [backbone.Stages[first - 1].Channels, side, side];
    }

    /// <summary>
    /// Computes views of pictures into a cache: view v of picture i is item i · views + v. While the network runs on some
    /// pictures, the next few are read and prepared.
    /// </summary>
    /// <param name="cache">Has room for all.</param>
    /// <param name="images">The pictures.</param>
    /// <param name="views">How many views, from the plain one on.</param>
    /// <param name="done">Told after each group how many pictures are done.</param>
    /// <param name="stop">Ends it within a group.</param>
    /// <returns>Whether each picture could be read.</returns>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    internal bool[] Fill(FeatureCache cache, IReadOnlyList<LabelledImage> images, int views, Action<int> done, CancellationToken stop)
    {
        var readable = new bool[images.Count];
        var length = PicturesAtOnce * views * _preprocessing.Length;
        var (filling, filled) = (new float[length], new float[length]);
        var features = new float[FirstTrainedStage == 0 ? 0 : PicturesAtOnce * views * FeatureLength];
        var prepared = PrepareAsync(images, 0, views, filling, readable, stop);
        try
        {
            for (var begin = 0; begin < images.Count; begin += PicturesAtOnce)
            {
                prepared.GetAwaiter().GetResult();
                (filling, filled) = (filled, filling);
                prepared = PrepareAsync(images, begin + PicturesAtOnce, views, filling, readable, stop);
                Compute(cache, begin * views, Math.Min(PicturesAtOnce, images.Count - begin) * views, filled, features);
                done(Math.Min(begin + PicturesAtOnce, images.Count));
            }
        }
        finally
        {
            // Nothing reads the caller's pictures any more, however this ends.
            Task.WhenAny(prepared).GetAwaiter().GetResult();
        }
        return readable;
    }

    public void Dispose()
    {
        _session?.Dispose();
        _onDevice?.Dispose();
    }

    private static int FirstTrainedOf(TrainingPlan plan, BackboneDescriptor backbone) =>
        plan.Layers == TrainedLayers.Whole ? 0 : Math.Max(0, backbone.Stages.Count - plan.LastStageCount);

    private Task PrepareAsync(IReadOnlyList<LabelledImage> images, int begin, int views, float[] pixels, bool[] readable, CancellationToken stop)
    {
        var (count, length) = (Math.Min(PicturesAtOnce, images.Count - begin), views * _preprocessing.Length);
        return count <= 0 ? Task.CompletedTask : Task.Run(
            () => Parallel.For(
                0, count, new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = stop },
                i => readable[begin + i] = TryPrepare(images[begin + i].Path, begin + i, views, pixels.AsSpan(i * length, length))),
            stop);
    }

    private void Compute(FeatureCache cache, int firstItem, int count, float[] pixels, float[] features)
    {
        var pictures = pixels.AsMemory(0, count * _preprocessing.Length);
        _session?.Run(pictures, count, BackboneGraph.FeatureOutput, features.AsSpan(0, count * FeatureLength));
        _onDevice?.Run(pictures, count, features.AsMemory(0, count * FeatureLength));
        var kept = FirstTrainedStage == 0 ? pixels : features;
        for (var i = 0; i < count; i++)
        {
            cache.Write(firstItem + i, kept.AsSpan(i * FeatureLength, FeatureLength));
        }
    }

    private bool TryPrepare(string path, int index, int views, Span<float> pixels)
    {
        try
        {
            Prepare(path, index, views, pixels);
            return true;
        }
        catch (Exception error) when (error is ImageRefusedException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Prepare(string path, int index, int views, Span<float> pixels)
    {
        var length = _preprocessing.Length;
        ImageDecoder.DecodeInto(path, _preprocessing, pixels[..length]);
        var view = 1;
        if (view < views && _plan.MirrorFlip)
        {
            ImageAugmentation.Mirror(pixels[..length], _preprocessing.SidePx, pixels[length..]);
            view++;
        }
        if (view == views)
        {
            return;
        }
        var larger = new ImagePreprocessing((int)(_preprocessing.SidePx * CropSource));
        var source = new float[_plan.RandomCrop ? larger.Length : 0];
        if (_plan.RandomCrop)
        {
            ImageDecoder.DecodeInto(path, larger, source);
        }
        var random = new Random(unchecked(_plan.Seed * 486_187_739 + index));
        for (; view < views; view++)
        {
            var changed = pixels.Slice(view * length, length);
            if (_plan.RandomCrop)
            {
                ImageAugmentation.RandomCrop(source, larger.SidePx, random, _plan.MirrorFlip, _preprocessing.SidePx, changed);
            }
            else
            {
                pixels.Slice(_plan.MirrorFlip ? random.Next(2) * length : 0, length).CopyTo(changed);
            }
            if (_plan.ColourChange > 0)
            {
                ImageAugmentation.ChangeColour(changed, _plan.ColourChange, random);
            }
        }
    }
}
