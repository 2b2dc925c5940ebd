using System.Globalization;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Account;
using LabelStudio.Web.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.People;

public sealed partial class TokensPage(AccessTokens tokens, CurrentUser user, UserActions actions, IDialogService dialogs) : ComponentBase
{
    private IReadOnlyList<AccessTokenInfo>? _tokens;

    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        var all = await tokens.ListAsync(await user.IdAsync(), CancellationToken.None);
        _tokens = [.. all.Where(token => token.RevokedUtc is null)];
    }

    private async Task CreateAsync()
    {
        var dialog = await dialogs.ShowAsync<NewTokenDialog>("New access token");
        await dialog.Result;
        await ReadAsync();
    }

    private async Task RevokeAsync(AccessTokenInfo token)
    {
        await actions.TryAsync(
            async () => await tokens.RevokeAsync(await user.IdAsync(), token.Id, CancellationToken.None), $"“{token.Name}” opens nothing any more.");
        await ReadAsync();
    }

    private static string Day(DateTime? utc, string otherwise) =>
        utc is { } time ? time.ToLocalTime().ToString("d", CultureInfo.CurrentCulture) : otherwise;
}
