using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Review;

/// <summary>The sets of near-duplicates, those that cross splits first.</summary>
public sealed partial class DuplicatesView
{
    private const int PageSize = 30;

    private NearDuplicateReport? _report;
    private IReadOnlyDictionary<Guid, ClassInfo> _classes = new Dictionary<Guid, ClassInfo>();
    private double _progress;
    private int _shown = PageSize;
    private bool _again;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter]
    public bool CanLabel { get; set; }

    [Parameter]
    public bool CanMove { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private NearDuplicates Duplicates { get; set; } = null!;

    [Inject]
    private DuplicateResolution Resolution { get; set; } = null!;

    [Inject]
    private SplitMoves Moves { get; set; } = null!;

    [Inject]
    private ClassCatalog Catalog { get; set; } = null!;

    private List<NearDuplicateSet> Crossing => [.. (_report?.Sets ?? []).Where(set => set.CrossesSplits)];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _classes = (await Catalog.ListAsync(userId, ProjectId, cancellationToken)).ToDictionary(item => item.Id);
        var progress = new Progress<double>(share => _ = InvokeAsync(() =>
        {
            _progress = share;
            StateHasChanged();
        }));
        _report = await Duplicates.FindAsync(userId, ProjectId, _again, progress, cancellationToken);
        _again = false;
    }

    private async Task SearchAgainAsync()
    {
        _again = true;
        if (await ActAsync((userId, stop) => LoadAsync(userId, stop)))
        {
            Snackbar.Add("All images were compared again.", Severity.Success);
        }
    }

    private async Task KeepAsync(NearDuplicateSet set, NearDuplicateImage kept)
    {
        var discarded = 0;
        if (await ActAsync(async (userId, stop) => discarded = await Resolution.KeepOneAsync(userId, ProjectId, Ids([set]), kept.ImageId, stop)))
        {
            Snackbar.Add($"{Figures.Count(discarded, "copy", "copies")} discarded. Undo on the labelling page brings them back.", Severity.Success);
            await ReloadAsync();
        }
    }

    private Task MoveAllAsync() => MoveAsync(Crossing, Split.Train);

    private async Task MoveAsync(IReadOnlyList<NearDuplicateSet> sets, Split split)
    {
        var moved = 0;
        if (await ActAsync(async (userId, stop) => moved = (await Moves.MoveAsync(userId, ProjectId, Ids(sets), split, stop)).Count))
        {
            Snackbar.Add($"{Figures.Count(moved, "image", "images")} moved to {SplitNames.Of(split)}.", Severity.Success);
            await ReloadAsync();
        }
    }

    private async Task DismissAsync(NearDuplicateSet set)
    {
        if (await ActAsync((userId, stop) => Duplicates.DismissAsync(userId, ProjectId, Ids([set]), stop)))
        {
            await ReloadAsync();
        }
    }

    private static long[] Ids(IReadOnlyList<NearDuplicateSet> sets) => [.. sets.SelectMany(set => set.Images).Select(image => image.ImageId)];
}
