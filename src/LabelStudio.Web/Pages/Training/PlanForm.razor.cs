using System.Globalization;
using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Training;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Training;

/// <summary>Edits a training plan and says what is wrong with it.</summary>
public sealed partial class PlanForm
{
    private IReadOnlyList<TrainingPreset> _presets = [];
    private IReadOnlyList<string> _problems = [];

    [Parameter, EditorRequired]
    public required TrainingPlan Plan { get; set; }

    [Parameter]
    public EventCallback<TrainingPlan> PlanChanged { get; set; }

    /// <summary>What the trainers of this program can train; other settings are not offered.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyCollection<TrainedLayers> SupportedLayers { get; set; }

    /// <summary>The pretrained backbones to choose from, the default first; with one or none nothing is asked.</summary>
    [Parameter]
    public IReadOnlyList<BackboneDescriptor> Backbones { get; set; } = [];

    /// <summary>The recipe for adding classes, offered as a preset; null: the run adds none.</summary>
    [Parameter]
    public TrainingPlan? ForAddedClasses { get; set; }

    /// <summary>The run extends a model: settings about what that model knows are asked too. They do nothing for another run.</summary>
    [Parameter]
    public bool Extends { get; set; } = true;

    /// <summary>How long a plan takes, in words, shown beside each preset; null: nothing is said.</summary>
    [Parameter]
    public Func<TrainingPlan, string?>? EstimateOf { get; set; }

    private string PatienceHint => IsBackboneTrained
        ? "Epochs without a higher validation macro-F1 after which the run ends; 0: never"
        : "Epochs without a higher validation macro-F1, or an equal one with a lower loss, after which the run ends; 0: never";

    private bool IsBackboneTrained => Plan.Layers != TrainedLayers.HeadOnly;

    protected override void OnParametersSet()
    {
        _presets = TrainingPreset.Offered(SupportedLayers, ForAddedClasses);
        _problems = Plan.Validate();
    }

    /// <summary>The default is not named, so that plans of one effect are equal.</summary>
    private string? NameOf(string backbone) => backbone == Backbones[0].Name ? null : backbone;

    private Task ChangeAsync(TrainingPlan plan) => PlanChanged.InvokeAsync(plan);

    /// <summary>A setting without fractions: what is typed with one is rounded, and the field then shows that.</summary>
    private RenderFragment Whole(string name, string hint, int value, int step, Func<int, TrainingPlan> change) =>
        Number(name, hint, value, step, typed => change((int)Math.Round(typed, MidpointRounding.AwayFromZero)));

    private RenderFragment Number(string name, string hint, double value, double step, Func<double, TrainingPlan> change) => builder =>
    {
        builder.OpenElement(0, "label");
        builder.AddAttribute(1, "title", hint);
        builder.AddContent(2, name);
        builder.OpenElement(3, "input");
        builder.AddAttribute(4, "type", "number");
        builder.AddAttribute(5, "step", step < 1 ? "any" : step.ToString(CultureInfo.InvariantCulture));
        builder.AddAttribute(6, "value", value.ToString("0.########", CultureInfo.InvariantCulture));
        builder.AddAttribute(7, "onchange", EventCallback.Factory.Create<ChangeEventArgs>(this, e => ReadAsync(e, change)));
        // What was typed may not be what the plan then holds: the field is written anew even where the plan did not change.
        builder.SetUpdatesAttributeName("value");
        builder.CloseElement();
        builder.CloseElement();
    };

    private RenderFragment Check(string name, string hint, bool value, Func<bool, TrainingPlan> change) => builder =>
    {
        builder.OpenElement(0, "label");
        builder.AddAttribute(1, "class", "check");
        builder.AddAttribute(2, "title", hint);
        builder.OpenElement(3, "input");
        builder.AddAttribute(4, "type", "checkbox");
        builder.AddAttribute(5, "checked", value);
        builder.AddAttribute(6, "onchange", EventCallback.Factory.Create<ChangeEventArgs>(this, e => ChangeAsync(change(e.Value is true))));
        builder.CloseElement();
        builder.AddContent(7, name);
        builder.CloseElement();
    };

    // A text that is no number leaves the plan as it was; the field shows the plan's value again.
    private Task ReadAsync(ChangeEventArgs e, Func<double, TrainingPlan> change) =>
        double.TryParse((string?)e.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) < int.MaxValue
            ? ChangeAsync(change(value))
            : Task.CompletedTask;
}
