using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Pages.Serving;

/// <summary>
/// Asks models about a dropped picture. The browser keeps the picture and posts it to the same endpoint that programs use,
/// so a photograph of many megabytes never passes through the page's connection.
/// </summary>
public sealed partial class TryView
{
    private const int Top = 5;

    private readonly TrySlot[] _slots = [new(), new()];
    private ElementReference _root;
    private IReadOnlyList<ModelSummary> _models = [];
    private IJSObjectReference? _module;
    private IJSObjectReference? _picture;
    private DotNetObjectReference<TryView>? _self;
    private string? _fileName;
    private bool _isCompared;
    private bool _showsHeat;
    private bool _isAttached;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private ModelRegistry Models { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Called by the page's module when a picture was dropped, pasted or chosen.</summary>
    [JSInvokable]
    public Task PictureChosenAsync(string fileName) => InvokeAsync(async () =>
    {
        _fileName = fileName;
        await AskAllAsync();
    });

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Models, OnSignalAsync, TimeSpan.FromSeconds(1))];

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _models = await Models.ListAsync(userId, ProjectId, cancellationToken);
        var production = _models.FirstOrDefault(model => model.IsProduction) ?? (_models.Count > 0 ? _models[0] : null);
        _slots[0].ModelId ??= production?.Id;
        _slots[1].ModelId ??= (_models.FirstOrDefault(model => model.Id != production?.Id) ?? production)?.Id;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_isAttached || IsLoading || _models.Count == 0 || IsLeft)
        {
            return;
        }

        _isAttached = true;
        _self = DotNetObjectReference.Create(this);
        _module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["js/try-it.js"]);
        _picture = await _module.InvokeAsync<IJSObjectReference>("attach", _root, _self);
        await _picture.InvokeVoidAsync("takeChosen");
    }

    protected override async ValueTask LeaveAsync()
    {
        try
        {
            if (_picture is not null)
            {
                await _picture.InvokeVoidAsync("dispose");
                await _picture.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The tab is closed.
        }

        _self?.Dispose();
    }

    private async Task AskAllAsync()
    {
        StateHasChanged();
        await Task.WhenAll(_slots.Take(_isCompared ? 2 : 1).Select(AskAsync));
    }

    // An answer to an older question (another picture or model since) is thrown away.
    private async Task AskAsync(TrySlot slot)
    {
        if (_picture is null || _fileName is null || slot.ModelId is not { } modelId)
        {
            return;
        }

        var question = slot.Ask();
        StateHasChanged();
        try
        {
            var reply = await _picture.InvokeAsync<TryReply>("ask", $"api/v1/projects/{ProjectId}/predict?top={Top}&model={modelId}&heatMap={(_showsHeat ? "true" : "false")}");
            slot.Take(question, reply);
        }
        catch (JSException error)
        {
            slot.Take(question, new TryReply(null, $"The question could not be sent: {error.Message.Split('\n')[0]} Try again."));
        }

        StateHasChanged();
    }

    private Task CompareAsync(bool isCompared)
    {
        _isCompared = isCompared;
        return isCompared ? AskAsync(_slots[1]) : Task.CompletedTask;
    }

    private Task ShowHeatAsync(bool isShown)
    {
        _showsHeat = isShown;
        return isShown ? AskAsync(_slots[0]) : Task.CompletedTask;
    }

    private Task ChooseModelAsync(TrySlot slot, object? value)
    {
        slot.ModelId = Guid.TryParse((string?)value, out var id) ? id : slot.ModelId;
        return AskAsync(slot);
    }
}
