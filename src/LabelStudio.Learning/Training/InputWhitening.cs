using System.Numerics.Tensors;
using LabelStudio.Learning.Native;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace LabelStudio.Learning.Training;

/// <summary>
/// A map <c>x = (e − μ)·A = e·A + offset</c> after which the images of a class vary alike in all directions. The 1280 numbers of an
/// embedding differ a hundredfold in spread and go together in groups; a gradient step on the raw numbers follows the few
/// great ones. In x all directions learn equally fast and the first step already points where discriminant analysis points.
/// A head trained on x is a head on e: <c>W_e = W_x·Aᵀ</c>. Owns its tensors.
/// </summary>
internal sealed class InputWhitening : IDisposable
{
    /// <summary>Enough rows to know a covariance that is shrunk anyway.</summary>
    private const int MostRows = 20_000;

    private readonly Tensor _offset;

    private InputWhitening(Tensor map, Tensor offset) => (Map, _offset) = (map, offset);

    /// <summary>Aᵀ, float32 [D, D].</summary>
    public Tensor Map { get; }

    public static InputWhitening Of(EmbeddingSet train, ComputeDevice device, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (covariance, mean) = WithinClassCovariance(train, stop);
        var size = train.EmbeddingSize;
        // Half as much again as the live head's: gradient steps run longer into the noise of the small directions.
        var shrinkage = Math.Min(0.9, 0.66 * Math.Sqrt((double)size / train.Count));
        // A floor for data without any spread, such as one image a class.
        var meanVariance = Math.Max(1e-12, covariance.diagonal().mean().item<double>());
        covariance.ScaleInPlace(1 - shrinkage).diagonal().PlusInPlace(shrinkage * meanVariance);
        var factor = linalg.cholesky(covariance); // Σ' = L·Lᵀ, x = L⁻¹·(e − μ), so Aᵀ = L⁻¹
        var map = linalg.solve_triangular(factor, eye(size, dtype: float64), upper: false);
        var offset = map.matmul(mean).ScaleInPlace(-1);
        return new InputWhitening(
            map.to(float32).contiguous().to(device.Torch).MoveToOuterDisposeScope(),
            offset.to(float32).to(device.Torch).MoveToOuterDisposeScope());
    }

    /// <summary>x of raw embeddings [N, D]. The result belongs to the caller's dispose scope.</summary>
    public Tensor Apply(Tensor embeddings) => nn.functional.linear(embeddings, Map, _offset);

    /// <summary>The weights on x of a layer that has these, float32 [classes, D], on e: the inverse of <see cref="Unfold"/>.</summary>
    public Tensor Fold(Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        // W_e = V·Map, hence Mapᵀ·Vᵀ = W_eᵀ, and Map is lower triangular.
        var transposed = linalg.solve_triangular(Map.cpu().to(float64).t(), weight.to(float64).t(), upper: true);
        return transposed.t().contiguous().to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>Turns a layer on x into the same layer on e: <c>x·Vᵀ + c = e·(V·Aᵀ)ᵀ + (c + V·offset)</c>, in float64.</summary>
    public (Tensor Weight, Tensor Bias) Unfold(Tensor weight, Tensor bias)
    {
        var wide = weight.to(float64);
        return (
            wide.matmul(Map.cpu().to(float64)),
            bias.to(float64).Plus(wide.matmul(_offset.cpu().to(float64))));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Map.Dispose();
        _offset.Dispose();
    }

    private static (Tensor Covariance, Tensor Mean) WithinClassCovariance(EmbeddingSet train, CancellationToken stop)
    {
        var size = train.EmbeddingSize;
        // Every k-th row, so that all classes stay in.
        var stride = (train.Count + MostRows - 1) / MostRows;
        var rows = Enumerable.Range(0, train.Count).Where(row => row % stride == 0).ToArray();
        var means = ClassMeans(train, rows);
        var scatter = zeros([size, size], dtype: float64);
        foreach (var block in rows.Chunk(1024))
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var residuals = new float[block.Length * size];
            for (var index = 0; index < block.Length; index++)
            {
                TensorPrimitives.Subtract(
                    train.Row(block[index]).Span, means[train.Targets[block[index]]], residuals.AsSpan(index * size, size));
            }

            var residual = tensor(residuals, [block.Length, size]);
            scatter.PlusInPlace(residual.t().matmul(residual).to(float64));
        }

        var mean = new double[size];
        foreach (var classMean in means.Values)
        {
            for (var index = 0; index < size; index++)
            {
                mean[index] += classMean[index] / means.Count;
            }
        }

        return (scatter.ScaleInPlace(1.0 / rows.Length), tensor(mean));
    }

    private static Dictionary<int, float[]> ClassMeans(EmbeddingSet train, int[] rows)
    {
        var means = new Dictionary<int, float[]>();
        foreach (var group in rows.GroupBy(row => train.Targets[row]))
        {
            var sum = new float[train.EmbeddingSize];
            foreach (var row in group)
            {
                TensorPrimitives.Add(sum, train.Row(row).Span, sum);
            }

            TensorPrimitives.Divide(sum, group.Count(), sum);
            means[group.Key] = sum;
        }

        return means;
    }
}
