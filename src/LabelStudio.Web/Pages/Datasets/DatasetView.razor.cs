using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Datasets;

/// <summary>One frozen version: what it holds, what changed since, and what can be done with it.</summary>
public sealed partial class DatasetView
{
    private IReadOnlyList<DatasetVersion> _versions = [];
    private IReadOnlyList<ClassSplitCount> _counts = [];
    private DatasetVersion? _version;
    private DatasetDifference? _difference;
    private Guid _otherId;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter, EditorRequired]
    public required Guid VersionId { get; set; }

    [Parameter]
    public bool CanTrain { get; set; }

    [Parameter]
    public bool CanRestore { get; set; }

    protected override object Key => VersionId;

    [Inject]
    private DatasetVersions Versions { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _versions = await Versions.ListAsync(userId, ProjectId, cancellationToken);
        var version = _versions.FirstOrDefault(item => item.Id == VersionId)
            ?? throw new NotFoundException("The project has no such dataset version. Open one from the list of versions.");
        _counts = DatasetSnapshots.CountsOf(await Versions.ReadAsync(userId, ProjectId, VersionId, cancellationToken));
        _difference = await Versions.CompareAsync(userId, ProjectId, VersionId, Other, cancellationToken);
        _version = version;
    }

    private int Combinations => _counts.Count(row => row.MemberIds is not null);

    private Guid? Other => _otherId == Guid.Empty ? null : _otherId;

    private Task CompareWithAsync(ChangeEventArgs e)
    {
        _otherId = Guid.TryParse((string?)e.Value, out var id) ? id : Guid.Empty;
        return ReloadAsync();
    }

    private async Task RestoreAsync()
    {
        var parameters = new DialogParameters<RestoreDialog>
        {
            { d => d.ProjectId, ProjectId },
            { d => d.VersionId, VersionId },
        };
        var dialog = await Dialogs.ShowAsync<RestoreDialog>($"Restore the labels of {_version!.Name}", parameters, new DialogOptions { MaxWidth = MaxWidth.Medium, FullWidth = true, CloseOnEscapeKey = true });
        if (await dialog.Result is { Canceled: false })
        {
            await ReloadAsync();
        }
    }

    private string FileAddress(string format) => $"api/v1/projects/{ProjectId}/datasets/{VersionId}/files/{format}";
}
