using LabelStudio.Pipeline.Labelling;

namespace LabelStudio.Pipeline.Tests.Hosting;

/// <summary>Labels of several classes, or none, as a decision makes them.</summary>
internal static class StudioCombinations
{
    public static async Task<Guid> AddCombinationAsync(this ModelStudio studio, params Guid[] classIds)
    {
        await using var db = studio.Open();
        var combinations = await Combinations.ReadAsync(db, studio.ProjectId, TestContext.Current.CancellationToken);
        var id = combinations.LabelOf(classIds, 1, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await combinations.SaveAsync(db, new HashSet<Guid> { id }, TestContext.Current.CancellationToken);
        await db.SaveChangesAsync();
        return id;
    }
}
