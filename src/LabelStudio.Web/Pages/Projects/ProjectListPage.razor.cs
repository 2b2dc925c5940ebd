using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Projects;

public sealed partial class ProjectListPage(
    ProjectCatalog catalog,
    ProjectAccess access,
    CurrentUser user,
    ChangeSignals signals,
    IDialogService dialogs) : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _closing = new();
    private IReadOnlyList<ProjectSummary>? _projects;
    private IDisposable? _subscription;
    private bool _mayCreate;

    protected override async Task OnInitializedAsync()
    {
        _subscription = signals.Subscribe(
            Guid.Empty,
            ChangeTopic.Project | ChangeTopic.Images | ChangeTopic.Labels | ChangeTopic.Classes | ChangeTopic.Models,
            () => InvokeAsync(ReloadAsync),
            ReloadInterval);
        _mayCreate = await access.AllowsGlobalAsync(await user.IdAsync(), StudioRight.ManageProject, _closing.Token);
        await ReloadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await _closing.CancelAsync();
        _closing.Dispose();
    }

    private async Task ReloadAsync()
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        _projects = await catalog.ListAsync(await user.IdAsync(), _closing.Token);
        StateHasChanged();
    }

    private async Task OpenNewAsync() => await dialogs.ShowAsync<NewProjectDialog>("New project");

    private async Task OpenSampleAsync() => await dialogs.ShowAsync<SampleProjectDialog>(
        "The sample project", new DialogOptions { BackdropClick = false, CloseOnEscapeKey = false, MaxWidth = MaxWidth.Small, FullWidth = true });
}
