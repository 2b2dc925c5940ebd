using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Promotion;

/// <summary>The model versions of a project: which answers, which could, and how that changed.</summary>
public sealed partial class ModelsView
{
    private IReadOnlyList<ModelSummary> _models = [];
    private IReadOnlyList<ModelHistoryEntry> _history = [];

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter]
    public bool CanPromote { get; set; }

    [Parameter]
    public bool CanTrain { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private ModelRegistry Models { get; set; } = null!;

    [Inject]
    private ModelHistory History { get; set; } = null!;

    [Inject]
    private ModelAliases Aliases { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Models, OnSignalAsync, TimeSpan.FromMilliseconds(500))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _models = await Models.ListAsync(userId, ProjectId, cancellationToken);
        _history = await History.ListAsync(userId, ProjectId, cancellationToken);
    }

    private static string Sentence(ModelHistoryEntry entry) => entry.Kind switch
    {
        ModelActKind.RolledBack when entry.ModelName is null => $"{entry.UserName} rolled back {entry.PreviousModelName}: no model answers.",
        ModelActKind.RolledBack => $"{entry.UserName} rolled back from {entry.PreviousModelName} to {entry.ModelName}.",
        ModelActKind.Promoted when entry.PreviousModelName is null => $"{entry.UserName} promoted {entry.ModelName}.",
        ModelActKind.Promoted => $"{entry.UserName} promoted {entry.ModelName} in place of {entry.PreviousModelName}.",
        ModelActKind.MadeCandidate => $"{entry.UserName} made {entry.ModelName} the candidate.",
        ModelActKind.Deleted => $"{entry.UserName} deleted {entry.ModelName}.",
    };

    private async Task MakeCandidateAsync(ModelSummary model)
    {
        if (await ActAsync((userId, stop) => Aliases.MakeCandidateAsync(userId, model.Id, stop)))
        {
            await ReloadAsync();
        }
    }

    private async Task DeleteAsync(ModelSummary model)
    {
        var dialog = await Dialogs.ShowAsync<DeleteModelDialog>("Delete", new DialogParameters<DeleteModelDialog> { { d => d.Model, model } });
        if (await dialog.Result is { Canceled: false })
        {
            await ReloadAsync();
        }
    }

    private async Task RollBackAsync()
    {
        var leavesNone = false;
        if (!await ActAsync(async (userId, stop) => leavesNone = await Models.WouldLeaveNoneAsync(userId, ProjectId, stop)) || (leavesNone && !await AgreesToNoneAsync()))
        {
            return;
        }

        ModelSummary? now = null;
        if (await ActAsync(async (userId, stop) => now = await Models.RollBackAsync(userId, ProjectId, leavesNone, stop)))
        {
            Snackbar.Add(now is null ? "Rolled back: no model is promoted now." : $"Rolled back: {now.Name} answers now.", Severity.Success);
            await ReloadAsync();
        }
    }

    private async Task<bool> AgreesToNoneAsync()
    {
        var name = _models.FirstOrDefault(model => model.IsProduction)?.Name ?? "the promoted model";
        var dialog = await Dialogs.ShowAsync<RollBackDialog>("Roll back", new DialogParameters<RollBackDialog> { { d => d.ModelName, name } });
        return await dialog.Result is { Canceled: false };
    }
}
