using System.Globalization;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Pages.Labelling;

/// <summary>What the live head has learned so far, and who suggests; follows them.</summary>
public sealed partial class HeadStatus(LiveHeads heads, PromotedHeads promoted, FeatureWorker features, ChangeSignals signals) : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(400);

    private LiveHeadStatus _status = LiveHeadStatus.Empty;
    private FeatureProgress _features = new(0, 0, 0, 0, null);
    private IReadOnlyCollection<Guid> _known = [];
    private PromotedHeadStatus? _promoted;
    private IDisposable? _subscription;
    private bool _isDisposed;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    /// <summary>The classes that people can choose now, and their combinations.</summary>
    [Parameter]
    public IReadOnlyList<ClassInfo> Classes { get; set; } = [];

    private string? Unknown => UnknownClasses.Text(Classes, _known, _promoted);

    private string? Source => _promoted switch
    {
        null => null,
        { Problem: null } => $"{_promoted.ModelName} suggests",
        { ModelName: null } => "no model is promoted yet",
        { Problem: not null } => $"{_promoted.ModelName} can't suggest here",
    };

    private string Text => _status switch
    {
        { LabelsLearned: 0 } => "The model learns from your first labels",
        { ValidationAccuracy: { } accuracy, ValidationCount: >= 20 } =>
            string.Create(CultureInfo.CurrentCulture, $"learned {_status.LabelsLearned:N0} labels · {accuracy:P0} right on held-out images"),
        _ => string.Create(CultureInfo.CurrentCulture, $"learned {_status.LabelsLearned:N0} {(_status.LabelsLearned == 1 ? "label" : "labels")}"),
    };

    private string? Title => _status.LastUpdateMs is { } milliseconds
        ? string.Create(CultureInfo.CurrentCulture, $"Suggestions and order were renewed {milliseconds:N0} ms after the last label. Counted on {_status.ValidationCount:N0} labelled images the model does not learn from.")
        : null;

    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _subscription?.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _subscription = signals.Subscribe(
                ProjectId, ChangeTopic.Suggestions | ChangeTopic.Embeddings | ChangeTopic.Images, () => InvokeAsync(Refresh), RefreshInterval);
            Refresh();
        }
    }

    private void Refresh()
    {
        if (_isDisposed)
        {
            return;
        }

        _status = heads.Status(ProjectId);
        _known = _status.LabelsLearned == 0 ? [] : heads.SolutionOf(ProjectId)?.Classes.ClassIds.ToHashSet() ?? [];
        _promoted = promoted.StatusOf(ProjectId);
        _features = features.Progress(ProjectId);
        StateHasChanged();
    }
}
