using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>A page of predictions as pictures; one is opened to look closer and to correct its label.</summary>
public sealed partial class PredictionTiles
{
    private const int PageSize = 24;

    private IReadOnlyDictionary<long, ImageTile> _images = new Dictionary<long, ImageTile>();
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
