using LabelStudio.Learning.Heads;

namespace LabelStudio.Learning.Tests.Heads;

public sealed class StreamingLdaHeadTests
{
    /// <summary>Streaming in any order against all at once, as the product promises.</summary>
    private const double OrderTolerance = 1e-8;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Solve_AfterThousandsOfAddsRemovesRelabelsAndMerges_EqualsAllAtOnce(int seed)
    {
        var data = new RandomEmbeddings(classes: 8, size: 96, seed);
        var random = new Random(seed + 100);
        var head = new StreamingLdaHead(96);
        List<(Guid ClassId, float[] Embedding)> held = [];
        for (var step = 0; step < 6000; step++)
        {
            var action = random.Next(10);
            var pick = held.Count == 0 ? -1 : random.Next(held.Count);
            if (action < 5 || pick < 0)
            {
                var classIndex = random.Next(8);
                held.Add((data.ClassIds[classIndex], data.Next(classIndex)));
                head.Add(held[^1].ClassId, held[^1].Embedding);
            }
            else if (action < 8)
            {
                head.Remove(held[pick].ClassId, held[pick].Embedding);
                held.RemoveAt(pick);
            }
            else
            {
                var other = data.ClassIds[random.Next(8)];
                head.Relabel(held[pick].ClassId, other, held[pick].Embedding);
                held[pick] = (other, held[pick].Embedding);
            }
        }

        Assert.Equal(held.Count, head.Count);
        AssertSame(AllAtOnce(held, 96), head);
    }

    [Fact]
    public void AddRange_NoImages_ChangesNothing()
    {
        var head = new StreamingLdaHead(4);

        head.AddRange([], []);

        Assert.Equal(0, head.Count);
        Assert.Null(head.Solve());
    }

    [Fact]
    public void Solve_AfterNearlyEverythingWasTakenOut_EqualsTheFewLeft()
    {
        var data = new RandomEmbeddings(4, 64, seed: 5);
        var (embeddings, targets) = data.Many(3000);
        var held = Enumerable.Range(0, 3000).Select(row => (data.ClassIds[targets[row]], embeddings[(row * 64)..((row + 1) * 64)])).ToList();
        var head = AllAtOnce(held, 64);

        foreach (var (classId, embedding) in held.Skip(40))
        {
            head.Remove(classId, embedding);
        }

        AssertSame(AllAtOnce(held.Take(40), 64), head);
    }

    [Fact]
    public void Merge_TwoHeads_EqualsOneThatSawAll()
    {
        var data = new RandomEmbeddings(5, 64, seed: 6);
        var held = Draw(data, 400);
        var (left, right) = (AllAtOnce(held.Take(150), 64), AllAtOnce(held.Skip(150), 64));

        right.Merge(left);

        AssertSame(AllAtOnce(held, 64), right);
    }

    [Fact]
    public void MergeClass_TwoClasses_EqualsTrainingUnderOne()
    {
        var data = new RandomEmbeddings(4, 64, seed: 7);
        var held = Draw(data, 300);
        var head = AllAtOnce(held, 64);

        head.MergeClass(data.ClassIds[1], data.ClassIds[3]);

        Assert.Equal(3, head.CountsByClass.Count);
        AssertSame(AllAtOnce(held.Select(item => item.ClassId == data.ClassIds[1] ? (data.ClassIds[3], item.Embedding) : item), 64), head);
    }

    [Fact]
    public void AddRange_ManyImages_EqualsOneByOne()
    {
        var data = new RandomEmbeddings(6, 128, seed: 8);
        var held = Draw(data, 700);
        var head = new StreamingLdaHead(128);

        head.AddRange([.. held.Select(item => item.ClassId)], held.SelectMany(item => item.Embedding).ToArray());

        AssertSame(AllAtOnce(held, 128), head);
    }

    [Fact]
    public void Solve_NewClassThenEmptiedAgain_IsAsIfItNeverWas()
    {
        var data = new RandomEmbeddings(4, 64, seed: 9);
        var held = Draw(data, 120).Where(item => item.ClassId != data.ClassIds[3]).ToList();
        var head = AllAtOnce(held, 64);
        var before = head.Solve()!;
        float[][] added = [data.Next(3), data.Next(3)];

        head.Add(data.ClassIds[3], added[0]);
        head.Add(data.ClassIds[3], added[1]);
        Assert.Equal(3, head.Solve()!.Classes.IndexOf(data.ClassIds[3]));
        head.Remove(data.ClassIds[3], added[0]);
        head.Remove(data.ClassIds[3], added[1]);

        var after = head.Solve()!;
        Assert.Equal(before.Classes, after.Classes);
        Assert.False(head.CountsByClass.ContainsKey(data.ClassIds[3]));
        AssertClose(before.Weight, after.Weight);
    }

    [Fact]
    public void Solve_NothingLearned_IsNull()
    {
        var data = new RandomEmbeddings(1, 16, seed: 1);
        var head = new StreamingLdaHead(16);
        Assert.Null(head.Solve());

        var embedding = data.Next(0);
        head.Add(data.ClassIds[0], embedding);
        head.Remove(data.ClassIds[0], embedding);

        Assert.Null(head.Solve());
    }

    [Fact]
    public void Solve_OneImageAClass_IsNearestMeanByCosine()
    {
        var data = new RandomEmbeddings(3, 32, seed: 10);
        float[][] images = [data.Next(0), data.Next(1), data.Next(2)];
        var head = new StreamingLdaHead(32);
        for (var index = 0; index < 3; index++)
        {
            head.Add(data.ClassIds[index], images[index]);
        }

        var solution = head.Solve()!;

        Assert.Equal(1, solution.Shrinkage);
        var probabilities = new float[9];
        solution.Probabilities(images.SelectMany(image => image).ToArray(), 3, probabilities);
        for (var index = 0; index < 3; index++)
        {
            Assert.Equal(index, probabilities.AsSpan(index * 3, 3).IndexOf(probabilities[(index * 3)..((index * 3) + 3)].Max()));
            Assert.Equal(1, probabilities[(index * 3)..((index * 3) + 3)].Sum(), 1e-5);
        }
    }

    [Fact]
    public void Remove_ClassWithoutImages_ThrowsAndChangesNothing()
    {
        var data = new RandomEmbeddings(2, 16, seed: 11);
        var head = new StreamingLdaHead(16);
        head.Add(data.ClassIds[0], data.Next(0));

        Assert.Throws<InvalidOperationException>(() => head.Remove(data.ClassIds[1], data.Next(1)));
        Assert.Throws<InvalidOperationException>(() => head.Relabel(data.ClassIds[1], data.ClassIds[0], data.Next(1)));
        Assert.Equal(1, head.Count);
        Assert.Equal(1, head.CountsByClass[data.ClassIds[0]]);
    }

    [Fact]
    public void Add_NumberNotFinite_ThrowsAndChangesNothing()
    {
        var head = new StreamingLdaHead(4);

        Assert.Throws<ArgumentException>(() => head.Add(Guid.NewGuid(), [1, float.NaN, 0, 1]));
        Assert.Throws<ArgumentException>(() => head.AddRange([Guid.NewGuid()], [1, 2, float.PositiveInfinity, 1]));
        Assert.Equal(0, head.Count);
    }

    private static List<(Guid ClassId, float[] Embedding)> Draw(RandomEmbeddings data, int count) =>
        [.. Enumerable.Range(0, count).Select(row => row % data.ClassIds.Length).Select(index => (data.ClassIds[index], data.Next(index)))];

    private static StreamingLdaHead AllAtOnce(IEnumerable<(Guid ClassId, float[] Embedding)> held, int size)
    {
        var head = new StreamingLdaHead(size);
        foreach (var (classId, embedding) in held)
        {
            head.Add(classId, embedding);
        }

        return head;
    }

    private static void AssertSame(StreamingLdaHead expected, StreamingLdaHead actual)
    {
        var (left, right) = (expected.Solve()!, actual.Solve()!);
        Assert.Equal(expected.CountsByClass, actual.CountsByClass);
        Assert.Equal(left.Classes, right.Classes);
        AssertClose(left.Weight, right.Weight);
        AssertClose(left.Bias, right.Bias);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        var scale = expected.Max(Math.Abs);
        var difference = expected.Zip(actual, (left, right) => Math.Abs(left - right)).Max();
        Assert.True(difference <= OrderTolerance * scale, $"relative difference {difference / scale:e2}");
    }
}
