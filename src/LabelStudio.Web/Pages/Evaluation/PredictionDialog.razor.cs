using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Serving;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Evaluation;

/// <summary>One test image closely, with a choice of another label.</summary>
public sealed partial class PredictionDialog
{
    /// <summary>The dialog's result when all images of the cell are asked for.</summary>
    public const string ShowCell = "cell";

    private ImageDetails? _image;
    private HeatMap? _heat;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    /// <summary>Whose predictions these are.</summary>
    [Parameter, EditorRequired]
    public required Guid ModelId { get; set; }

    [Parameter, EditorRequired]
    public required long ImageId { get; set; }

    [Parameter, EditorRequired]
    public required TestPrediction Prediction { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyDictionary<Guid, ClassLook> Classes { get; set; }

    [Parameter]
    public bool CanLabel { get; set; }

    /// <summary>There is a matrix whose cell can be shown.</summary>
    [Parameter]
    public bool CanShowCell { get; set; }

    protected override object Key => ImageId;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [Inject]
    private ImageLibrary Library { get; set; } = null!;

    [Inject]
    private ImageLabeller Labeller { get; set; } = null!;

    [Inject]
    private Explanations Explanations { get; set; } = null!;

    /// <summary>What the model said first: most often that is the right one.</summary>
    private IEnumerable<ClassLook> Choices => Classes.Values.Where(look => look.IsInUse).OrderBy(look => look.Id != Prediction.Predicted);

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken) =>
        _image = await Library.GetAsync(userId, ImageId, cancellationToken);

    private string Name(Guid classId) => Classes.GetValueOrDefault(classId)?.Name ?? "a class that is gone";

    private async Task ShowHeatAsync(bool isShown)
    {
        _heat = null;
        if (isShown)
        {
            await ActAsync(async (userId, stop) => _heat = await Explanations.ExplainAsync(userId, ModelId, ImageId, Prediction.Predicted, stop));
        }
    }

    private async Task LabelAsync(Guid classId)
    {
        DecisionResult? result = null;
        var decision = new Decision(
            Guid.CreateVersion7(),
            ImageId,
            AnnotationKind.Label,
            classId,
            _image!.LabelVersion,
            Prediction.Predicted,
            Prediction.Probability,
            "evaluation");
        if (!await ActAsync(async (userId, stop) => result = (await Labeller.DecideAsync(userId, ProjectId, [decision], stop))[0]))
        {
            return;
        }

        if (result is { Outcome: DecisionOutcome.Saved or DecisionOutcome.AlreadySaved })
        {
            Snackbar.Add($"Labelled {Name(classId)}.", Severity.Success);
            Dialog.Close();
            return;
        }

        Snackbar.Add(result?.Message ?? "The label was not changed. Look at the image as it is now and choose again.", Severity.Warning);
        await ReloadAsync();
    }
}
