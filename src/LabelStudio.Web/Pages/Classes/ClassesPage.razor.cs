using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Classes;

/// <summary>The project's classes in their order; follows what others change.</summary>
public sealed partial class ClassesPage(
    ClassCatalog catalog, ChangeSignals signals, UserActions actions, IDialogService dialogs)
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(500);

    private IReadOnlyList<ClassInfo>? _classes;
    private IReadOnlyDictionary<Guid, int> _older = new Dictionary<Guid, int>();
    private bool _isBusy;

    [Inject]
    public required ImageLibrary Images { get; init; }

    [Inject]
    public required RecheckOffer Recheck { get; init; }

    private bool CanManage => Allows(StudioRight.ManageClasses);

    private List<ClassInfo> InUse => [.. (_classes ?? []).Where(c => c is { IsArchived: false, IsCombination: false })];

    private List<ClassInfo> Archived => [.. (_classes ?? []).Where(c => c is { IsArchived: true, IsCombination: false })];

    /// <summary>Those that images have, the most frequent first.</summary>
    private List<ClassInfo> Combinations => [.. (_classes ?? []).Where(c => c is { IsCombination: true, LabelledCount: > 0 }).OrderByDescending(c => c.LabelledCount)];

    protected override IEnumerable<IDisposable> Follow() =>
        [signals.Subscribe(ProjectId, ChangeTopic.Classes | ChangeTopic.Labels, OnSignalAsync, RefreshInterval)];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken) => _older = RecheckOffer.Older(
        _classes = await catalog.ListAsync(userId, ProjectId, cancellationToken),
        await Images.LabelledByOntologyVersionAsync(userId, ProjectId, cancellationToken));

    private string Fate(ClassInfo item) => item.MergedIntoId is { } intoId
        ? $"merged into {_classes?.FirstOrDefault(c => c.Id == intoId)?.Name ?? "another class"}"
        : $"{item.LabelledCount:N0} {(item.LabelledCount == 1 ? "image keeps" : "images keep")} this label";

    private async Task CreateAsync()
    {
        if (await ClassDialog.CreateAsync(dialogs, ProjectId, _classes ?? []) is { } created && Allows(StudioRight.Label))
        {
            await actions.TryAsync(async () => await Recheck.MakeAsync(await User.IdAsync(), ProjectId, created, UntilLeft));
        }
    }

    private async Task EditAsync(ClassInfo item) => await ClassDialog.EditAsync(dialogs, ProjectId, _classes ?? [], item);

    private async Task MergeAsync(ClassInfo item)
    {
        var dialog = await dialogs.ShowAsync<MergeDialog>($"Merge '{item.Name}'", new DialogParameters<MergeDialog>
        {
            { merge => merge.ProjectId, ProjectId },
            { merge => merge.From, item },
            { merge => merge.Classes, _classes ?? [] },
        });
        await dialog.Result;
    }

    private Task MoveAsync((ClassInfo Item, int Position) move) =>
        WriteAsync(userId => catalog.MoveAsync(userId, ProjectId, move.Item.Id, move.Position, UntilLeft));

    private async Task ArchiveAsync(ClassInfo item)
    {
        var dialog = await dialogs.ShowAsync<ArchiveDialog>($"Archive '{item.Name}'?", new DialogParameters<ArchiveDialog>
        {
            { archive => archive.ProjectId, ProjectId },
            { archive => archive.Class, item },
            { archive => archive.Classes, _classes ?? [] },
            { archive => archive.TakesSeveral, Project.TakesSeveralClasses },
        });
        await dialog.Result;
    }

    private Task RestoreAsync(ClassInfo item) =>
        WriteAsync(userId => catalog.RestoreAsync(userId, ProjectId, item.Id, UntilLeft));

    private Task UnmergeAsync(ClassInfo item) => WriteAsync(async userId =>
    {
        var count = await catalog.UnmergeAsync(userId, ProjectId, item.Id, UntilLeft);
        Snackbar.Add($"'{item.Name}' is back with {count:N0} {(count == 1 ? "image" : "images")}. Images labelled again since the merge stay as they are.", Severity.Success);
    });

    private async Task WriteAsync(Func<Guid, Task> write)
    {
        if (_isBusy)
        {
            return;
        }

        _isBusy = true;
        await actions.TryAsync(async () => await write(await User.IdAsync()));
        _isBusy = false;
        await ReloadAsync();
    }
}
