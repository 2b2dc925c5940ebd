using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.People;

public sealed partial class PeoplePage(
    PeopleDirectory directory, InvitationService invitations, CurrentUser user, TimeProvider clock, IDialogService dialogs) : ComponentBase
{
    private IReadOnlyList<Person>? _people;
    private IReadOnlyList<InvitationInfo> _invitations = [];
    private Guid _me;

    protected override Task OnInitializedAsync() => ReadAsync();

    private async Task ReadAsync()
    {
        _me = await user.IdAsync();
        var now = clock.GetUtcNow().UtcDateTime;
        var open = await invitations.ListAsync(_me, CancellationToken.None);
        _invitations = [.. open.Where(invitation => invitation.AcceptedUtc is null && invitation.ExpiresUtc > now)];
        _people = await directory.ListAsync(_me, CancellationToken.None);
    }

    private async Task InviteAsync()
    {
        var dialog = await dialogs.ShowAsync<InviteDialog>("Invite somebody");
        await dialog.Result;
        await ReadAsync();
    }
}
