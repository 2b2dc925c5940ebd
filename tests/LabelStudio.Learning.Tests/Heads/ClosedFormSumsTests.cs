using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Snapshots;

namespace LabelStudio.Learning.Tests.Heads;

public sealed class ClosedFormSumsTests
{
    private const int Size = 24;
    private readonly RandomEmbeddings _random = new(classes: 5, Size, seed: 3);

    [Fact]
    public void Solve_OfAllImages_IsTheLiveHeads()
    {
        var (ids, embeddings, head) = Draw(300, classes: 5);

        var solved = ClosedFormSums.Of(ids, embeddings, Size).Solve()!;

        AssertClose(head.Solve()!.Weight, solved.Weight, 1e-8);
    }

    [Fact]
    public void FilledBy_NoOldImageLeft_IsWhatAllImagesTogetherGive()
    {
        var (ids, embeddings, head) = Draw(300, classes: 5);
        var isOld = ids.Select(id => id != _random.ClassIds[4]).ToArray();
        var old = ClosedFormSums.Of(Where(ids, isOld, true), Where(embeddings, isOld, true), Size);
        var now = ClosedFormSums.Of(Where(ids, isOld, false), Where(embeddings, isOld, false), Size);

        var (whole, filledIn) = now.FilledBy(old);

        Assert.Equal(_random.ClassIds[..4].Order(), filledIn);
        Assert.Equal(head.CountsByClass, whole.CountsByClass);
        AssertClose(head.Solve()!.Weight, whole.Solve()!.Weight, 1e-8);
    }

    [Fact]
    public void FilledBy_MostImagesStillThere_TakesThoseAtHand()
    {
        var (ids, embeddings, _) = Draw(300, classes: 5);
        var older = ClosedFormSums.Of(ids, embeddings, Size);
        var now = ClosedFormSums.Of(ids.AsSpan(0, 160), embeddings.AsSpan(0, 160 * Size), Size);

        var (whole, filledIn) = now.FilledBy(older);

        Assert.Empty(filledIn);
        Assert.Equal(now.CountsByClass, whole.CountsByClass);
    }

    [Fact]
    public void File_WrittenAndRead_GivesTheSameClassifier()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, ModelFolder.ClosedFormFileName);
        var (ids, embeddings, head) = Draw(300, classes: 4);
        // The fifth class of the model was archived and has no image: it stays unknown.
        var classes = ClassIndexMap.Of(_random.ClassIds.Reverse());

        ClosedFormFile.Write(path, ClosedFormSums.Of(ids, embeddings, Size), classes);
        var read = ClosedFormFile.Read(path, classes);

        Assert.Equal(head.CountsByClass, read.CountsByClass);
        AssertClose(head.Solve()!.Weight, read.Solve()!.Weight, 1e-3);
        Assert.Throws<InvalidDataException>(() => ClosedFormFile.Read(path, ClassIndexMap.Of(_random.ClassIds[..2])));
    }

    [Fact]
    public void Drawn_OfAClass_LookLikeItsImages()
    {
        var (ids, embeddings, head) = Draw(1000, classes: 5);
        var sums = ClosedFormSums.Of(ids, embeddings, Size);

        var drawn = DrawnEmbeddings.Of(sums, [_random.ClassIds[2]], perClass: 400, seed: 1);

        Assert.DoesNotContain(drawn, number => number < 0 || !float.IsFinite(number));
        Assert.Equal(drawn, DrawnEmbeddings.Of(sums, [_random.ClassIds[2]], perClass: 400, seed: 1));
        var solution = head.Solve()!;
        var ofClass = ids.Select(id => id == _random.ClassIds[2]).ToArray();
        Assert.Equal(Recognised(Where(embeddings, ofClass, true)), Recognised(drawn), 0.12);
        var real = Enumerable.Range(0, 1000).Where(row => ids[row] == _random.ClassIds[2]).Average(row => embeddings.AsSpan(row * Size, Size).ToArray().Sum());
        Assert.Equal(real, drawn.Sum() / 400, real * 0.05);

        double Recognised(float[] images)
        {
            var logits = new float[images.Length / Size * 5];
            solution.Logits(images, images.Length / Size, logits);
            return logits.Chunk(5).Average(row => solution.Classes[Highest(row)] == _random.ClassIds[2] ? 1.0 : 0);
        }
    }

    private (Guid[] Ids, float[] Embeddings, StreamingLdaHead Head) Draw(int count, int classes)
    {
        Guid[] ids = [.. Enumerable.Range(0, count).Select(row => _random.ClassIds[row % classes])];
        float[] embeddings = [.. Enumerable.Range(0, count).SelectMany(row => _random.Next(row % classes))];
        var head = new StreamingLdaHead(Size);
        head.AddRange(ids, embeddings);
        return (ids, embeddings, head);
    }

    private static Guid[] Where(Guid[] ids, bool[] isOld, bool wanted) => [.. ids.Where((_, row) => isOld[row] == wanted)];

    private static float[] Where(float[] embeddings, bool[] isOld, bool wanted) =>
        [.. embeddings.Where((_, position) => isOld[position / Size] == wanted)];

    private static int Highest(ReadOnlySpan<float> logits) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits);

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        var scale = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, scale * tolerance));
    }
}
