using LabelStudio.Learning.Embeddings;
using LabelStudio.Pipeline.Features;

namespace LabelStudio.Pipeline.Tests.Features;

public sealed class EmbeddingStoreTests : IDisposable
{
    private static readonly EmbeddingKey Key = new("0123456789abcdef", 224, 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("embeddings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_AfterAppending_HoldsTheSameNumbers()
    {
        using (var store = Open())
        {
            for (var index = 0; index < 1500; index++)
            {
                store.Append(Hash(index), [index, index + 0.5f, -index]);
            }
            store.Refuse(Hash(9999), "cut off\nin the middle");
        }

        using var reopened = Open();

        Assert.Equal(1500, reopened.Count);
        Assert.True(reopened.TryGet(Hash(1499), out var last));
        Assert.Equal([1499f, 1499.5f, -1499f], last.ToArray());
        Assert.True(reopened.IsRefused(Hash(9999)));
        Assert.False(reopened.Contains(Hash(9999)));
    }

    [Fact]
    public void Open_WithTornTail_CutsItAndAppendsBehind()
    {
        using (var store = Open())
        {
            store.Append(Hash(1), [1, 2, 3]);
            store.Append(Hash(2), [4, 5, 6]);
        }
        var path = Directory.GetFiles(_folder, "*.embeddings").Single();
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length - 5);
        }

        using (var torn = Open())
        {
            Assert.True(torn.Contains(Hash(1)));
            Assert.False(torn.Contains(Hash(2)));
            torn.Append(Hash(3), [7, 8, 9]);
        }

        using var repaired = Open();
        Assert.Equal(2, repaired.Count);
        Assert.True(repaired.TryGet(Hash(3), out var third));
        Assert.Equal([7f, 8f, 9f], third.ToArray());
    }

    [Fact]
    public void Open_WithDamagedRecord_LeavesOnlyThatOneOut()
    {
        using (var store = Open())
        {
            store.Append(Hash(1), [1, 2, 3]);
            store.Append(Hash(2), [4, 5, 6]);
        }
        var path = Directory.GetFiles(_folder, "*.embeddings").Single();
        var bytes = File.ReadAllBytes(path);
        bytes[64 + 40] ^= 0x10;
        File.WriteAllBytes(path, bytes);

        using var store2 = Open();

        Assert.False(store2.Contains(Hash(1)));
        Assert.True(store2.Contains(Hash(2)));
    }

    [Fact]
    public void Append_SameContentTwice_KeepsTheFirst()
    {
        using var store = Open();
        store.Append(Hash(1), [1, 2, 3]);
        store.Append(Hash(1), [9, 9, 9]);

        Assert.Equal(1, store.Count);
        Assert.True(store.TryGet(Hash(1), out var kept));
        Assert.Equal([1f, 2f, 3f], kept.ToArray());
    }

    [Fact]
    public void Open_OtherEmbeddingSize_IsRefusedWithAdvice()
    {
        Open().Dispose();

        var error = Assert.Throws<InvalidDataException>(() => EmbeddingStore.Open(_folder, Key, 4));
        Assert.Contains("Delete it", error.Message, StringComparison.Ordinal);
    }

    private static string Hash(int value) => value.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);

    private EmbeddingStore Open() => EmbeddingStore.Open(_folder, Key, 3);
}
