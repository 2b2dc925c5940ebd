using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Components.Layout;

/// <summary>Loads the project of the route, draws its tabs and hands it to the page; follows changes of the project.</summary>
public sealed partial class ProjectLayout(ProjectCatalog projects, CurrentUser user, ChangeSignals signals)
    : LayoutComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromSeconds(1);

    /// <summary>Dataset versions are reached from the training runs.</summary>
    private const string RunsPath = "/runs";

    private static readonly (string Path, string Text, StudioRight Right)[] Tabs =
    [
        ("/images", "Images", StudioRight.View),
        ("/classes", "Classes", StudioRight.View),
        ("/label", "Label", StudioRight.Label),
        (RunsPath, "Training", StudioRight.View),
        ("/review", "Review", StudioRight.View),
        ("/models", "Models", StudioRight.View),
        ("/predict", "Try it", StudioRight.View),
        ("/settings", "Settings", StudioRight.View),
    ];

    private readonly CancellationTokenSource _closing = new();
    private Guid _projectId;
    private ProjectContext? _context;
    private string? _problem;
    private IDisposable? _subscription;

    [CascadingParameter]
    public Microsoft.AspNetCore.Components.RouteData? Route { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (Route?.RouteValues.GetValueOrDefault(nameof(ProjectPage.ProjectId)) is not Guid projectId || projectId == _projectId)
        {
            return;
        }

        _projectId = projectId;
        _context = null;
        _subscription?.Dispose();
        _subscription = signals.Subscribe(
            projectId, ChangeTopic.Project | ChangeTopic.Models, () => InvokeAsync(ReloadAsync), ReloadInterval);
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

        var projectId = _projectId;
        try
        {
            var details = await projects.GetAsync(await user.IdAsync(), projectId, _closing.Token);
            if (projectId != _projectId)
            {
                return;
            }

            _context = new ProjectContext(details, ReloadAsync);
            _problem = null;
        }
        catch (StudioException error)
        {
            _problem = error.Message;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        StateHasChanged();
    }

    private string Address(string path) => $"projects/{_projectId}{path}";
}
