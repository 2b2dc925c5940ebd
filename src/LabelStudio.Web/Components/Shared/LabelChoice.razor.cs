using LabelStudio.Pipeline.Labelling;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Components.Shared;

/// <summary>
/// Hands back the classes of a label: one at a press, or a set, none being a label too. A page with keys hands them on by
/// <see cref="ChooseAsync"/> and <see cref="SaveAsync"/>.
/// </summary>
public sealed partial class LabelChoice
{
    private HashSet<Guid> _start = [];
    private HashSet<Guid> _chosen = [];

    /// <summary>In the order to show. Combinations and archived classes among them are not offered.</summary>
    [Parameter, EditorRequired]
    public required IEnumerable<ClassInfo> Classes { get; set; }

    /// <summary>An image of the project may have several classes, or none.</summary>
    [Parameter]
    public bool TakesSeveral { get; set; }

    /// <summary>Classes that are chosen at first.</summary>
    [Parameter]
    public IReadOnlyList<Guid> Start { get; set; } = [];

    /// <summary>The first choice can be saved as it is; false: the image has that label already.</summary>
    [Parameter]
    public bool CanSaveStart { get; set; }

    /// <summary>The page hands on the keys of the classes, and Enter to save.</summary>
    [Parameter]
    public bool HasKeys { get; set; }

    [Parameter]
    public string? TestPrefix { get; set; }

    [Parameter]
    public EventCallback<IReadOnlyList<Guid>> OnChosen { get; set; }

    /// <summary>A class was put to the others or taken away; nothing is saved yet.</summary>
    [Parameter]
    public EventCallback OnToggled { get; set; }

    /// <summary>The person put together something else than there was at first.</summary>
    public bool IsChanged => !_chosen.SetEquals(_start);

    private List<ClassInfo> Offered => [.. Classes.Where(item => item is { IsCombination: false, IsArchived: false })];

    private bool CanSave => CanSaveStart || !_chosen.SetEquals(Start);

    private List<ClassInfo> Chosen => [.. Offered.Where(item => _chosen.Contains(item.Id)).OrderBy(item => item.Position)];

    private string Name => Chosen is [_, ..] chosen ? string.Join(" + ", chosen.Select(item => item.Name)) : ClassDefinition.NameOfNone;

    /// <summary>What was put together is handed back; nothing while it cannot be saved.</summary>
    public Task SaveAsync() => TakesSeveral && CanSave ? OnChosen.InvokeAsync([.. Chosen.Select(item => item.Id)]) : Task.CompletedTask;

    /// <summary>Hands the class back; where there may be several, puts it to the others or takes it away.</summary>
    public Task ChooseAsync(Guid classId)
    {
        if (Offered.Find(item => item.Id == classId) is not { } item)
        {
            return Task.CompletedTask;
        }

        if (!TakesSeveral)
        {
            return OnChosen.InvokeAsync([classId]);
        }

        if (!_chosen.Remove(classId))
        {
            // "None of these" goes with no other class: what was chosen last holds.
            _chosen.RemoveWhere(id => item.IsNegative || Offered.Exists(other => other.Id == id && other.IsNegative));
            _chosen.Add(classId);
        }

        StateHasChanged();
        return OnToggled.InvokeAsync();
    }

    protected override void OnParametersSet()
    {
        var start = Offered.Select(item => item.Id).Where(Start.Contains).ToHashSet();
        if (!start.SetEquals(_start))
        {
            (_start, _chosen) = (start, [.. start]);
        }
    }

    private string? PressedText(Guid classId) => !TakesSeveral ? null : _chosen.Contains(classId) ? "true" : "false";
}
