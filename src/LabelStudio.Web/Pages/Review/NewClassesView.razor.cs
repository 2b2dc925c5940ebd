using LabelStudio.Pipeline.Review;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Review;

/// <summary>Groups of images that fit no class: made a class by a name, or said to be none.</summary>
public sealed partial class NewClassesView
{
    private NewClassReport? _report;
    private bool _again;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter]
    public bool CanLabel { get; set; }

    [Parameter]
    public bool CanCreate { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private NewClasses Proposals { get; set; } = null!;

    [Inject]
    private NewClassLabels Labels { get; set; } = null!;

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _report = await Proposals.FindAsync(userId, ProjectId, _again, cancellationToken);
        _again = false;
    }

    private async Task SearchAgainAsync()
    {
        _again = true;
        await ActAsync(LoadAsync);
    }

    private async Task CreateAsync(string name, IReadOnlyList<long> imageIds)
    {
        var labelled = 0;
        if (await ActAsync(async (userId, stop) => labelled = await Labels.CreateAsync(userId, ProjectId, name, imageIds, stop)))
        {
            Snackbar.Add($"The class {name.Trim()} was made and given to {Figures.Count(labelled, "image", "images")}. Undo on the labelling page takes the labels back.", Severity.Success);
            await ReloadAsync();
        }
    }

    private async Task DismissAsync(NewClassGroup group)
    {
        if (await ActAsync((userId, stop) => Proposals.DismissAsync(userId, ProjectId, [.. group.Images.Select(image => image.Id)], stop)))
        {
            await ReloadAsync();
        }
    }
}
