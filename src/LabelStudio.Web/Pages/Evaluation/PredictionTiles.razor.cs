using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Components.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>A page of predictions as pictures; one is opened to look closer and to correct its label.</summary>
public sealed partial class PredictionTiles
{
    private const int PageSize = 24;

    private IReadOnlyDictionary<long, ImageTile> _images = new Dictionary<long, ImageTile>();
    private readonly HashSet<long> _selected = [];
    private int _shown = PageSize;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    /// <summary>Whose predictions these are.</summary>
    [Parameter, EditorRequired]
    public required Guid ModelId { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<TestPrediction> Predictions { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyDictionary<Guid, ClassLook> Classes { get; set; }

    [Parameter]
    public bool CanLabel { get; set; }

    /// <summary>An image was opened.</summary>
    [Parameter]
    public EventCallback<TestPrediction> OnSelect { get; set; }

    /// <summary>All images that were given and called the same are asked for.</summary>
    [Parameter]
    public EventCallback<TestPrediction> OnShowCell { get; set; }

    protected override object Key => Predictions;

    [Inject]
    private ImageLibrary Library { get; set; } = null!;

    [Inject]
    private ImageLabeller Labeller { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        long[] ids = [.. Predictions.Take(_shown).Select(prediction => prediction.ImageId)];
        _images = ids.Length == 0
            ? new Dictionary<long, ImageTile>()
            : (await Library.PageAsync(userId, ProjectId, new ImageFilter { Ids = ids }, null, ids.Length, cancellationToken)).ToDictionary(image => image.Id);
    }

    private string Name(Guid classId) => Classes.GetValueOrDefault(classId)?.Name ?? "a class that is gone";

    private Task ShowMoreAsync()
    {
        _shown += PageSize;
        return ReloadAsync();
    }

    private void Pick(long imageId, bool isPicked)
    {
        if (isPicked)
        {
            _selected.Add(imageId);
        }
        else
        {
            _selected.Remove(imageId);
        }
    }

    private void SelectShown() => _selected.UnionWith(_images.Keys);

    private Task OnKeyAsync(KeyboardEventArgs key) =>
        _selected.Count > 0 && key is { CtrlKey: false, AltKey: false, MetaKey: false }
        && Classes.Values.FirstOrDefault(look => look.IsToChoose && string.Equals(look.Hotkey, key.Key, StringComparison.OrdinalIgnoreCase)) is { } look
            ? LabelAsync(look.Id.ToString()) : Task.CompletedTask;

    /// <summary>All selected images get the class as one action, which one undo takes back.</summary>
    private async Task LabelAsync(object? classId)
    {
        if (!Guid.TryParse(classId as string, out var id))
        {
            return;
        }

        var chosen = _images.Values.Where(image => _selected.Contains(image.Id)).ToList();
        var part = new BulkPart([.. chosen.Select(image => image.Id)], id, [.. chosen.Select(image => (int?)image.LabelVersion)]);
        BulkResult? result = null;
        if (!await ActAsync(async (userId, stop) => result = await Labeller.DecidePartsAsync(userId, ProjectId, [part], AnnotationKind.Label, onlyUnlabelled: false, null, stop)))
        {
            return;
        }

        _selected.Clear();
        var left = result!.LeftOut.Count == 0 ? "" : $" {Figures.Count(result.LeftOut.Count, "image was", "images were")} left alone: somebody decided upon them meanwhile.";
        Snackbar.Add($"{Figures.Count(result.Changed, "image", "images")} labelled {Name(id)}.{left}", Severity.Success, options =>
        {
            options.VisibleStateDuration = 10_000;
            options.Action = "Undo";
            options.OnClick = _ => InvokeAsync(UndoAsync);
        });
        await ReloadAsync();
    }

    private async Task UndoAsync()
    {
        if (await ActAsync(async (userId, stop) => await Labeller.UndoAsync(userId, ProjectId, stop)))
        {
            await ReloadAsync();
        }
    }

    private async Task OpenAsync(TestPrediction prediction, ImageTile image)
    {
        await OnSelect.InvokeAsync(prediction);
        var parameters = new DialogParameters<PredictionDialog>
        {
            { d => d.ProjectId, ProjectId },
            { d => d.ModelId, ModelId },
            { d => d.Prediction, prediction },
            { d => d.ImageId, image.Id },
            { d => d.Classes, Classes },
            { d => d.CanLabel, CanLabel },
            { d => d.CanShowCell, OnShowCell.HasDelegate },
        };
        var dialog = await Dialogs.ShowAsync<PredictionDialog>(image.FileName, parameters, new DialogOptions { MaxWidth = MaxWidth.Medium, FullWidth = true, CloseOnEscapeKey = true });
        if (await dialog.Result is { Canceled: false } result)
        {
            await (result.Data is PredictionDialog.ShowCell ? OnShowCell.InvokeAsync(prediction) : ReloadAsync());
        }
    }
}
