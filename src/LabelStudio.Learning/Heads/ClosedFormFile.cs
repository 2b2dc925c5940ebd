using System.Numerics.Tensors;
using LabelStudio.Learning.Backbones;

namespace LabelStudio.Learning.Heads;

/// <summary>Closed-form sums as safetensors: 3.3 MB at D = 1280 and 5 kB a class. Classes stand in the order of a class index map.</summary>
public static class ClosedFormFile
{
    private const string Count = "count";
    private const string Mean = "mean";
    private const string Length = "length";
    private const string LengthSpread = "length_spread";
    private const string Covariance = "covariance_lower";
    private const string Negatives = "has_negatives";

    /// <exception cref="ArgumentException">The sums know a class that the map does not.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, ClosedFormSums sums, ClassIndexMap classes)
    {
        ArgumentNullException.ThrowIfNull(sums);
        ArgumentNullException.ThrowIfNull(classes);
        var size = sums.EmbeddingSize;
        var (count, mean) = (new float[classes.Count], new float[classes.Count * size]);
        var (length, spread) = (new float[classes.Count], new float[classes.Count]);
        foreach (var (classId, moments) in sums.Classes)
        {
            var index = classes.IndexOf(classId);
            if (index < 0)
            {
                throw new ArgumentException($"The sums hold class {classId}, which the model does not have.", nameof(sums));
            }

            (count[index], length[index], spread[index]) = (moments.Count, (float)moments.Length, (float)moments.LengthSpread);
            TensorPrimitives.ConvertTruncating<double, float>(moments.Mean, mean.AsSpan(index * size, size));
        }

        var covariance = new float[Triangle(size)];
        for (var row = 0; row < size; row++)
        {
            TensorPrimitives.ConvertTruncating<double, float>(
                sums.Covariance.AsSpan(row * size, row + 1), covariance.AsSpan(Triangle(row), row + 1));
        }

        WeightFile.Write(path, new Dictionary<string, WeightTensor>
        {
            [Count] = new([classes.Count], count),
            [Mean] = new([classes.Count, size], mean),
            [Length] = new([classes.Count], length),
            [LengthSpread] = new([classes.Count], spread),
            [Covariance] = new([covariance.Length], covariance),
            [Negatives] = new([1], [sums.HasNegatives ? 1 : 0]),
        });
    }

    /// <exception cref="InvalidDataException">The file holds something else than sums of these classes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ClosedFormSums Read(string path, ClassIndexMap classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        var tensors = WeightFile.Read(path).Tensors;
        var mean = Of(Mean);
        if (mean.Shape is not [var rows, var columns]
            || rows != classes.Count
            || Of(Covariance).Values.Length != Triangle((int)columns)
            || ((string[])[Count, Length, LengthSpread]).Any(name => Of(name).Values.Length != classes.Count)
            || Of(Negatives).Values.Length != 1)
        {
            throw new InvalidDataException($"The closed-form sums '{path}' do not fit the model's classes.");
        }

        var size = (int)columns;
        var known = new Dictionary<Guid, ClassMoments>();
        for (var index = 0; index < classes.Count; index++)
        {
            if (Of(Count).Values[index] > 0)
            {
                var values = new double[size];
                TensorPrimitives.ConvertTruncating<float, double>(mean.Values.AsSpan(index * size, size), values);
                known[classes[index]] = new ClassMoments((long)Of(Count).Values[index], values, Of(Length).Values[index], Of(LengthSpread).Values[index]);
            }
        }

        var covariance = new double[size * size];
        for (var row = 0; row < size; row++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(
                Of(Covariance).Values.AsSpan(Triangle(row), row + 1), covariance.AsSpan(row * size, row + 1));
        }

        return new ClosedFormSums(size, known, covariance, Of(Negatives).Values[0] > 0);

        WeightTensor Of(string name) => tensors.TryGetValue(name, out var tensor)
            ? tensor
            : throw new InvalidDataException($"The closed-form sums '{path}' lack '{name}'.");
    }

    /// <summary>Numbers in the lower triangle of a square of this side, and where row <paramref name="side"/> begins.</summary>
    private static int Triangle(int side) => checked(side * (side + 1) / 2);
}
