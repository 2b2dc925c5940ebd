using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>The images in the trash: restore some or all, or, as an administrator, delete them for good.</summary>
public sealed partial class TrashView
{
    private const int PageSize = 120;

    private readonly HashSet<long> _chosen = [];
    private List<TrashTile> _tiles = [];
    private Dictionary<Guid, ClassInfo> _classes = [];
    private int _total;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter]
    public bool CanDelete { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private ImageTrash Trash { get; set; } = null!;

    [Inject]
    private TrashRestore Restoring { get; set; } = null!;

    [Inject]
    private TrashDeletion Deletion { get; set; } = null!;

    [Inject]
    private ClassCatalog Catalog { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Images, OnSignalAsync, TimeSpan.FromSeconds(1))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _classes = (await Catalog.ListAsync(userId, ProjectId, cancellationToken)).ToDictionary(item => item.Id);
        _total = await Trash.CountAsync(userId, ProjectId, cancellationToken);
        _tiles = [.. await Trash.PageAsync(userId, ProjectId, null, Math.Max(PageSize, _tiles.Count), cancellationToken)];
        _chosen.IntersectWith(_tiles.Select(tile => tile.ImageId));
    }

    private void Toggle(long imageId)
    {
        if (!_chosen.Remove(imageId))
        {
            _chosen.Add(imageId);
        }
    }

    private async Task MoreAsync() => await ActAsync(async (userId, stop) =>
        _tiles.AddRange(await Trash.PageAsync(userId, ProjectId, _tiles[^1].ImageId, PageSize, stop)));

    private async Task RestoreAsync()
    {
        var result = new RestoredImages(0, 0);
        if (await ActAsync(async (userId, stop) => result = await Restoring.RestoreAsync(userId, ProjectId, Chosen(), stop)))
        {
            var kept = result.Kept == 0 ? "" : $" {Figures.Count(result.Kept, "picture was", "pictures were")} uploaded again meanwhile: the older copy stays in the trash.";
            Snackbar.Add($"{Figures.Count(result.Restored, "image", "images")} restored.{kept}", Severity.Success);
            await ReloadAsync();
        }
    }

    private async Task DeleteAsync()
    {
        var count = _chosen.Count == 0 ? _total : _chosen.Count;
        if (await Dialogs.ShowMessageBoxAsync(
            $"Delete {Figures.Count(count, "image", "images")} for good?",
            "Files, labels and history are deleted; nothing brings them back.",
            yesText: "Delete for good",
            cancelText: "Cancel") != true)
        {
            return;
        }

        var deleted = 0;
        if (await ActAsync(async (userId, stop) => deleted = await Deletion.DeleteAsync(userId, ProjectId, Chosen(), stop)))
        {
            Snackbar.Add($"{Figures.Count(deleted, "image", "images")} deleted for good.", Severity.Success);
            await ReloadAsync();
        }
    }

    private long[]? Chosen() => _chosen.Count == 0 ? null : [.. _chosen];

    private string? ClassName(TrashTile tile) =>
        tile.LabelClassId is { } classId && _classes.TryGetValue(classId, out var item) ? item.Name : null;

    private string Left(TrashTile tile) =>
        Figures.Count(Math.Max(0, (int)Math.Ceiling((tile.TrashedUtc.AddDays(Deletion.Days) - Now).TotalDays)), "day left", "days left");
}
