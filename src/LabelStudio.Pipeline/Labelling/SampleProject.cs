using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>A project for people without pictures: drawn ones, most of five classes labelled, a sixth class left to add.</summary>
public sealed class SampleProject(ProjectCatalog projects, ClassCatalog classes, ImageIntake intake)
{
    private const int PicturesOfAKind = 50;
    private const int LabelledOfAKind = 40;
    private const int Seed = 5;

    /// <param name="progress">Per cent done.</param>
    public async Task<Guid> CreateAsync(Guid userId, IProgress<int> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var projectId = await projects.CreateAsync(
            userId,
            new NewProject(
                "Sample project",
                "Drawn pictures to try everything out: five classes are labelled in part, the butterflies wait for a class of their own.",
                "Say what the picture shows, however small, pale or turned it is. Discard it when you cannot tell.",
                IsSample: true),
            cancellationToken);
        var classIds = new List<Guid>();
        foreach (var kind in SampleDrawings.Kinds.SkipLast(1))
        {
            classIds.Add((await classes.CreateAsync(userId, projectId, new NewClass(kind), cancellationToken)).Id);
        }

        await AddPicturesAsync(userId, projectId, classIds, progress, cancellationToken);
        return projectId;
    }

    private async Task AddPicturesAsync(
        Guid userId, Guid projectId, List<Guid> classIds, IProgress<int> progress, CancellationToken cancellationToken)
    {
        var batchId = await intake.StartBatchAsync(userId, projectId, "Drawn pictures", cancellationToken);
        var pictures = (
            from kind in Enumerable.Range(0, SampleDrawings.Kinds.Count)
            from number in Enumerable.Range(0, PicturesOfAKind)
            select (Kind: kind, Number: number)).ToArray();
        new Random(Seed).Shuffle(pictures);
        var done = 0;
        await Parallel.ForEachAsync(
            pictures.Index(),
            new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (picture, token) =>
            {
                var (kind, number) = picture.Item;
                var classId = kind < classIds.Count && number < LabelledOfAKind ? classIds[kind] : (Guid?)null;

                // The name must not tell what the picture shows.
                await intake.AddAsync(
                    userId,
                    projectId,
                    batchId,
                    $"drawing-{picture.Index + 1:000}.jpg",
                    new MemoryStream(SampleDrawings.Draw(kind, number)),
                    classId,
                    token);
                progress.Report(Interlocked.Increment(ref done) * 100 / pictures.Length);
            });
    }
}
