using System.Text.Json;
using Microsoft.Playwright;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>A label as the server has it, asked for in the name of whoever is signed in on the page.</summary>
public sealed record SavedLabel(string FileName, Guid? ClassId, int LabelVersion)
{
    /// <summary>The person's latest decisions, oldest first, each image once.</summary>
    public static async Task<IReadOnlyList<SavedLabel>> RecentAsync(IPage page, Guid projectId)
    {
        var answer = await page.APIRequest.GetAsync($"/api/v1/projects/{projectId}/labelling/recent?count=200");
        return [.. JsonSerializer.Deserialize<SavedDecision[]>(await answer.TextAsync(), JsonSerializerOptions.Web)!.Select(decision => decision.Task)];
    }

    /// <summary>Somebody else's tab: labels an image without the page's knowing, or discards it (null).</summary>
    public static Task SaveElsewhereAsync(IPage page, Guid projectId, string imageId, string? classId) => page.EvaluateAsync(
        """
        async ([projectId, imageId, classId]) => {
          const { post, address } = await import('/js/connection.js');
          const decision = { id: crypto.randomUUID(), imageId: Number(imageId), kind: classId ? 'Label' : 'Discard', classId };
          await post(address(`api/v1/projects/${projectId}/labelling/decisions`), { decisions: [decision] });
        }
        """,
        new string?[] { projectId.ToString(), imageId, classId });

    private sealed record SavedDecision(SavedLabel Task);
}
