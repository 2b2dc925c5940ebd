using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using MudBlazor;

namespace LabelStudio.Web.Pages.Projects;

public sealed partial class ProjectListPage(
    ProjectCatalog catalog,
    ProjectAccess access,
    ChangeSignals signals,
    IDialogService dialogs)
{
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(3);

    private IReadOnlyList<ProjectSummary>? _projects;
    private bool _mayCreate;

    protected override object Key => Guid.Empty;

    protected override IEnumerable<IDisposable> Follow() =>
    [
        signals.Subscribe(
            Guid.Empty,
            ChangeTopic.Project | ChangeTopic.Images | ChangeTopic.Labels | ChangeTopic.Classes | ChangeTopic.Models,
            OnSignalAsync,
            ReloadInterval),
    ];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _mayCreate = await access.AllowsGlobalAsync(userId, StudioRight.ManageProject, cancellationToken);
        _projects = await catalog.ListAsync(userId, cancellationToken);
    }

    private async Task OpenNewAsync() => await dialogs.ShowAsync<NewProjectDialog>("New project");

    private async Task OpenSampleAsync() => await dialogs.ShowAsync<SampleProjectDialog>(
        "The sample project", new DialogOptions { BackdropClick = false, CloseOnEscapeKey = false, MaxWidth = MaxWidth.Small, FullWidth = true });
}
