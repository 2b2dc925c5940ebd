using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Tests.Heads;

public sealed class LdaSolutionTests
{
    [Fact]
    public void Solve_SmallExample_FollowsTheFormulas()
    {
        // Computed from the definitions by plain loops: pooled covariance, shrinkage, Gauss elimination.
        var data = new RandomEmbeddings(3, 6, seed: 3);
        var (embeddings, targets) = data.Many(30);
        var head = new StreamingLdaHead(6);
        head.AddRange([.. targets.Select(target => data.ClassIds[target])], embeddings);

        var solution = head.Solve()!;

        var (weight, bias, shrinkage) = PlainLda(embeddings, targets, 3, 6);
        Assert.Equal(shrinkage, solution.Shrinkage, 1e-12);
        for (var index = 0; index < weight.Length; index++)
        {
            Assert.Equal(weight[index], solution.Weight[index], 1e-8 * weight.Max(Math.Abs));
        }

        Assert.Equal(bias[1], solution.Bias[1], 1e-8 * Math.Abs(bias[1]));
    }

    [Fact]
    public void Logits_Differences_AreThoseOfWeightAndBias()
    {
        var data = new RandomEmbeddings(3, 32, seed: 4);
        var (embeddings, targets) = data.Many(200);
        var head = new StreamingLdaHead(32);
        head.AddRange([.. targets.Select(target => data.ClassIds[target])], embeddings);
        var solution = head.Solve()!;
        var logits = new float[200 * 3];

        solution.Logits(embeddings, 200, logits);

        for (var row = 0; row < 200; row++)
        {
            var x = UnitRoot(embeddings[(row * 32)..((row + 1) * 32)]);
            double Exact(int index) => solution.Bias[index] + x.Select((value, k) => value * solution.Weight[(index * 32) + k]).Sum();
            Assert.Equal(Exact(2) - Exact(0), logits[(row * 3) + 2] - logits[row * 3], 1e-3);
        }
    }

    [Fact]
    public void Solve_OverlappingClasses_PredictsMostOfThem()
    {
        var data = new RandomEmbeddings(5, 64, seed: 5);
        var (embeddings, targets) = data.Many(600);
        var head = new StreamingLdaHead(64);
        head.AddRange([.. targets[..300].Select(target => data.ClassIds[target])], embeddings.AsSpan(0, 300 * 64));
        var logits = new float[300 * 5];

        head.Solve()!.Logits(embeddings.AsSpan(300 * 64), 300, logits);

        var right = Enumerable.Range(0, 300).Count(row => logits.AsSpan(row * 5, 5).IndexOf(logits[(row * 5)..((row + 1) * 5)].Max()) == targets[300 + row]);
        Assert.True(right >= 270, $"{right} of 300 right");
    }

    [Fact]
    public void WithTemperature_Higher_FlattensProbabilitiesAndKeepsTheOrder()
    {
        var data = new RandomEmbeddings(3, 32, seed: 6);
        var (embeddings, targets) = data.Many(60);
        var head = new StreamingLdaHead(32);
        head.AddRange([.. targets.Select(target => data.ClassIds[target])], embeddings);
        float[] firm = new float[3], modest = new float[3];

        head.Solve()!.WithTemperature(2).Probabilities(embeddings, 1, firm);
        head.Solve()!.WithTemperature(8).Probabilities(embeddings, 1, modest);

        Assert.True(modest.Max() < firm.Max());
        Assert.Equal(firm.AsSpan().IndexOf(firm.Max()), modest.AsSpan().IndexOf(modest.Max()));
        Assert.Equal(1, modest.Sum(), 1e-5);
    }

    private static double[] UnitRoot(float[] embedding)
    {
        var length = Math.Sqrt(embedding.Sum(value => (double)value));
        return [.. embedding.Select(value => Math.Sqrt(value) / length)];
    }

    private static (double[] Weight, double[] Bias, double Shrinkage) PlainLda(float[] embeddings, int[] targets, int classes, int size)
    {
        var x = Enumerable.Range(0, targets.Length).Select(row => UnitRoot(embeddings[(row * size)..((row + 1) * size)])).ToArray();
        var means = Enumerable.Range(0, classes).Select(c => Enumerable.Range(0, size)
            .Select(k => x.Where((_, row) => targets[row] == c).Average(values => values[k])).ToArray()).ToArray();
        var covariance = new double[size, size];
        for (var row = 0; row < x.Length; row++)
        {
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j < size; j++)
                {
                    covariance[i, j] += (x[row][i] - means[targets[row]][i]) * (x[row][j] - means[targets[row]][j]) / x.Length;
                }
            }
        }

        var shrinkage = Math.Min(0.7, 0.44 * Math.Sqrt((double)size / x.Length));
        var meanVariance = Enumerable.Range(0, size).Average(i => covariance[i, i]);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                covariance[i, j] = ((1 - shrinkage) * covariance[i, j]) + (i == j ? shrinkage * meanVariance : 0);
            }
        }

        var weight = means.SelectMany(mean => SolveLinear(covariance, mean)).ToArray();
        var bias = means.Select((mean, c) => -0.5 * mean.Select((value, k) => value * weight[(c * size) + k]).Sum()).ToArray();
        return (weight, bias, shrinkage);
    }

    private static double[] SolveLinear(double[,] matrix, double[] right)
    {
        var (a, b, n) = ((double[,])matrix.Clone(), (double[])right.Clone(), right.Length);
        for (var pivot = 0; pivot < n; pivot++)
        {
            for (var row = pivot + 1; row < n; row++)
            {
                var factor = a[row, pivot] / a[pivot, pivot];
                for (var column = pivot; column < n; column++)
                {
                    a[row, column] -= factor * a[pivot, column];
                }

                b[row] -= factor * b[pivot];
            }
        }

        for (var row = n - 1; row >= 0; row--)
        {
            for (var column = row + 1; column < n; column++)
            {
                b[row] -= a[row, column] * b[column];
            }

            b[row] /= a[row, row];
        }

        return b;
    }
}
