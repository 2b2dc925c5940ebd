using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
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
    private bool _takesSeveral;

    // In a project whose images may have several classes: those that the image is to have.
    private readonly HashSet<Guid> _chosen = [];

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
    private ProjectCatalog Projects { get; set; } = null!;

    [Inject]
    private ImageLabeller Labeller { get; set; } = null!;

    [Inject]
    private Explanations Explanations { get; set; } = null!;

    /// <summary>What the model said first: most often that is the right one.</summary>
    private IEnumerable<ClassLook> Choices => Classes.Values.Where(look => look.IsToChoose).OrderBy(look => !Shown(Prediction.Predicted).Contains(look.Id));

    /// <summary>The model's answer and, where it or the label is a set, each class of them; "no class" leaves nothing to look at.</summary>
    private IReadOnlyList<Guid> HeatChoices => IsCombination(Prediction.Predicted) || IsCombination(Prediction.Target)
        ? [.. new[] { Prediction.Predicted }.Where(id => Shown(id).Count > 0).Concat(Shown(Prediction.Predicted)).Concat(Shown(Prediction.Target)).Distinct()]
        : [Prediction.Predicted];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        var image = await Library.GetAsync(userId, ImageId, cancellationToken);
        _takesSeveral = (await Projects.GetAsync(userId, ProjectId, cancellationToken)).TakesSeveralClasses;
        _chosen.Clear();
        _chosen.UnionWith((image.ClassId is { } now ? Shown(now) : []).Where(id => Classes.GetValueOrDefault(id)?.IsToChoose == true));
        _image = image;
    }

    private bool IsCombination(Guid labelId) => Classes.GetValueOrDefault(labelId)?.MemberIds is not null;

    /// <summary>The classes that a label stands for.</summary>
    private IReadOnlyList<Guid> Shown(Guid labelId) => Classes.GetValueOrDefault(labelId)?.MemberIds ?? [labelId];

    private string NameOf(IEnumerable<Guid> classIds) => classIds.Any() ? string.Join(" + ", classIds.Select(Name)) : ClassDefinition.NameOfNone;

    private void Toggle(Guid classId)
    {
        if (!_chosen.Remove(classId))
        {
            _chosen.Add(classId);
        }
    }

    private string Name(Guid classId) => Classes.GetValueOrDefault(classId)?.Name ?? "a class that is gone";

    private async Task ShowHeatAsync(Guid? classId)
    {
        _heat = null;
        if (classId is { } id)
        {
            await ActAsync(async (userId, stop) => _heat = await Explanations.ExplainAsync(userId, ModelId, ImageId, id, stop));
        }
    }

    private async Task LabelAsync(params Guid[] classIds)
    {
        DecisionResult? result = null;
        var decision = new Decision(
            Guid.CreateVersion7(),
            ImageId,
            AnnotationKind.Label,
            _takesSeveral ? null : classIds[0],
            _image!.LabelVersion,
            Prediction.Predicted,
            Prediction.Probability,
            "evaluation")
        {
            ClassIds = _takesSeveral ? classIds : null,
        };
        if (!await ActAsync(async (userId, stop) => result = (await Labeller.DecideAsync(userId, ProjectId, [decision], stop))[0]))
        {
            return;
        }

        if (result is { Outcome: DecisionOutcome.Saved or DecisionOutcome.AlreadySaved })
        {
            Snackbar.Add($"Labelled {NameOf(classIds)}.", Severity.Success);
            Dialog.Close();
            return;
        }

        Snackbar.Add(result?.Message ?? "The label was not changed. Look at the image as it is now and choose again.", Severity.Warning);
        await ReloadAsync();
    }
}
