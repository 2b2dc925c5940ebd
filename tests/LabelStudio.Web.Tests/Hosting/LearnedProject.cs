using LabelStudio.Learning.Embeddings;
using LabelStudio.Learning.Native;
using LabelStudio.Pipeline;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Serving;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Web.Tests.Hosting;

/// <summary>A running program with a project whose live head has learned three classes; the embeddings are drawn, the head is real.</summary>
public sealed class LearnedProject : IAsyncLifetime
{
    public const int Learned = 5;

    private const int Size = 12, Left = 3;

    private static readonly EmbeddingKey Key = new("d7a3", 64, 1);
    private static readonly string[] Names = ["coat", "hat", "shoe"];

    public StudioProject Studio { get; } = new();

    public Guid Id { get; private set; }

    public IReadOnlyList<Guid> Classes { get; private set; } = [];

    /// <summary>First the labelled ones; the last one lies between hat and shoe.</summary>
    public IReadOnlyList<long> Images { get; private set; } = [];

    /// <summary>Of each image but the last: the place of its class.</summary>
    public IReadOnlyList<int> Kinds { get; private set; } = [];

    public IEnumerable<long> Labelled => Images.Take(Names.Length * Learned);

    public IReadOnlyList<long> Unlabelled => [.. Images.Skip(Names.Length * Learned)];

    public async ValueTask InitializeAsync()
    {
        await Studio.InitializeAsync();
        NativeLibraries.Initialize(1);
        Id = await Studio.AddProjectAsync();
        var classes = new List<Guid>();
        foreach (var name in Names)
        {
            classes.Add(await Studio.AddClassAsync(Id, name));
        }

        Classes = classes;
        Images = await Studio.AddImagesAsync(Id, (Names.Length * (Learned + Left)) + 1);
        Kinds = [.. Images.SkipLast(1).Select((_, index) => index % Names.Length)];
        await FillAsync([.. Kinds.Select((kind, index) => Draw(kind, index)), Between(1, 2)]);
        foreach (var (index, image) in Labelled.Index())
        {
            await StudioProject.DecideAsync(Studio.Administrator, Id, new Decision(Guid.NewGuid(), image, AnnotationKind.Label, classes[Kinds[index]]));
        }

        var heads = Studio.Get<LiveHeads>();
        await heads.StartAsync(CancellationToken.None);
        await heads.CatchUpAsync(Id, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Studio.Get<LiveHeads>().StopAsync(CancellationToken.None);
        await Studio.DisposeAsync();
    }

    public Task PlanAsync(bool hidesSuggestions) => Studio.Get<QualityPlans>().SetAsync(
        Studio.AdministratorId, new QualityPlan { ProjectId = Id, HidesSuggestions = hidesSuggestions }, CancellationToken.None);

    private async Task FillAsync(IReadOnlyList<float[]> embeddings)
    {
        await using var db = await Studio.Get<IDbContextFactory<StudioDbContext>>().CreateDbContextAsync(CancellationToken.None);
        var hashes = await db.Images.Where(image => Images.Contains(image.Id)).ToDictionaryAsync(image => image.Id, image => image.Sha256, CancellationToken.None);
        var stores = Studio.Get<EmbeddingStores>();
        var store = stores.Open(Key, Size);
        stores.PretrainedIsOpen(store);
        foreach (var (index, image) in Images.Index())
        {
            store.Append(hashes[image], embeddings[index]);
        }

        store.Flush();
    }

    /// <summary>Around one corner for each class.</summary>
    private static float[] Draw(int kind, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Size).Select(place => (place % Names.Length == kind ? 1f : 0f) + (0.2f * random.NextSingle()))];
    }

    private static float[] Between(int one, int other) =>
        [.. Enumerable.Range(0, Size).Select(place => (place % Names.Length == one || place % Names.Length == other ? 0.5f : 0f) + 0.1f)];
}
