using LabelStudio.Learning.Duplicates;
using NetVips;

namespace LabelStudio.Learning.Tests.Duplicates;

public sealed class PerceptualHashTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void DistanceTo_ChangedPictures_IsFarLessThanToDifferentOnes()
    {
        var originals = Enumerable.Range(0, 25).Select(seed => Read(TestPictures.Draw(seed))).ToArray();
        var most = NearDuplicateOptions.Default.MostHashBits;

        for (var seed = 0; seed < originals.Length; seed++)
        {
            using var picture = TestPictures.Draw(seed);
            foreach (var change in TestPictures.Changes)
            {
                var distance = originals[seed].DistanceTo(HashOf(TestPictures.Change(picture, change)));
                Assert.True(distance <= most, $"Picture {seed}, {change}: {distance} bits.");
            }

            Assert.All(originals.Where((_, other) => other != seed), other => Assert.True(originals[seed].DistanceTo(other) > most));
        }
    }

    [Fact]
    public void Of_WrongSize_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => PerceptualHash.Of(new float[3 * 16 * 16]));
    }

    public void Dispose() => _folder.Dispose();

    private PerceptualHash Read(Image picture)
    {
        using (picture)
        {
            return HashOf(picture.JpegsaveBuffer(q: 95));
        }
    }

    private PerceptualHash HashOf(byte[] encoded)
    {
        var path = _folder.File("picture");
        File.WriteAllBytes(path, encoded);
        return PerceptualHash.Of(path);
    }
}
