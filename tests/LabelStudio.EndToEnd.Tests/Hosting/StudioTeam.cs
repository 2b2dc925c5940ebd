using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;

namespace LabelStudio.EndToEnd.Tests.Hosting;

/// <summary>Annotators who followed an invitation, each in a browser profile of their own.</summary>
public sealed class StudioTeam : IAsyncDisposable
{
    private readonly List<IBrowserContext> _profiles = [];
    private readonly List<StudioSteps> _members = [];

    private StudioTeam()
    {
    }

    public IReadOnlyList<StudioSteps> Members => _members;

    /// <summary>Errors on anybody's pages.</summary>
    public ConcurrentQueue<string> Errors { get; } = [];

    public static async Task<StudioTeam> InviteAsync(StudioSession lead, int people)
    {
        var team = new StudioTeam();
        try
        {
            for (var person = 1; person <= people; person++)
            {
                await team.JoinAsync(lead, await InvitationAsync(lead.Page), $"Annotator {person.ToString(CultureInfo.InvariantCulture)}");
            }

            return team;
        }
        catch
        {
            await team.DisposeAsync();
            throw;
        }
    }

    /// <summary>All label at once until nothing is left for them.</summary>
    /// <returns>How many keys each of them pressed.</returns>
    public async Task<int[]> LabelAsync(Guid projectId, IReadOnlyDictionary<string, string> keyOfClass, int pauseMs = 0)
    {
        await Task.WhenAll(Members.Select(member => member.OpenLabellingAsync(projectId)));
        var pressed = await Task.WhenAll(Members.Select(member => member.LabelByKeyboardAsync(keyOfClass, pauseMs: pauseMs)));
        await Task.WhenAll(Members.Select(member => member.AllSavedAsync()));
        return pressed;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var profile in _profiles)
        {
            await profile.DisposeAsync();
        }
    }

    private static async Task<string> InvitationAsync(IPage lead)
    {
        await lead.GotoAsync("/people");
        await lead.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        var dialog = lead.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        return (await dialog.Locator(".secret code").TextContentAsync())!;
    }

    private async Task JoinAsync(StudioSession lead, string invitation, string name)
    {
        var profile = await lead.Browser.Context.Browser!.NewContextAsync(new() { BaseURL = lead.Server.Address.ToString(), ViewportSize = new() { Width = 1366, Height = 768 } });
        _profiles.Add(profile);
        var page = await profile.NewPageAsync();
        page.SetDefaultTimeout(60_000);
        page.PageError += (_, error) => Errors.Enqueue($"{name}: {error}");
        await page.GotoAsync(invitation);
        await page.GetByLabel("Your name").FillAsync(name);
        await page.GetByLabel("Email").FillAsync($"{Guid.NewGuid():N}@example.org");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(StudioServer.AdministratorPassword);
        await page.GetByLabel("Password again").FillAsync(StudioServer.AdministratorPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Join" }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/account/", StringComparison.Ordinal));
        _members.Add(new StudioSteps(page));
    }
}
