using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Pages.Review;

/// <summary>The reviewer's queue: one label after the other, judged by key.</summary>
public sealed partial class CheckView
{
    private const int Ahead = 20;

    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private ElementReference _root;
    private LabelChoice? _choice;
    private ModuleView? _keys;
    private Queue<CheckTask> _ahead = [];
    private CheckTask? _task;
    private CheckCounts _counts = new(0, 0, 0, 0);
    private IReadOnlyList<ClassInfo> _classes = [];
    private IReadOnlyList<AnnotatorFigures> _people = [];
    private IReadOnlyList<KnownImageInfo> _known = [];
    private string _reason = "";
    private CheckOrder _order;
    private int _targetPercent;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    /// <summary>An image may have several classes, or none.</summary>
    [Parameter]
    public bool TakesSeveral { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private LabelChecks Checks { get; set; } = null!;

    [Inject]
    private AnnotatorStatistics Statistics { get; set; } = null!;

    [Inject]
    private KnownImages Known { get; set; } = null!;

    [Inject]
    private QualityPlans Plans { get; set; } = null!;

    [Inject]
    private ClassCatalog Catalog { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>Called for a key or a button, with the image that was shown then: a quick second press never hits the next one.</summary>
    [JSInvokable]
    public Task KeyAsync(string command, long imageId) => InvokeAsync(async () =>
    {
        if (_task is not { } task || task.ImageId != imageId)
        {
            return;
        }

        if (Guid.TryParse(command, out var classId))
        {
            await (TakesSeveral && _choice is { } choice ? choice.ChooseAsync(classId) : RelabelAsync([classId], imageId));
        }
        else if (command == "enter" && _choice is { IsChanged: true } changed)
        {
            await changed.SaveAsync();
        }
        else
        {
            var verdict = command == "reject" ? CheckVerdict.Rejected : CheckVerdict.Accepted;
            await JudgedAsync((userId, cancel) => Checks.JudgeAsync(userId, ProjectId, task, verdict, null, _reason, cancel));
        }
    });

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _classes = [.. (await Catalog.ListAsync(userId, ProjectId, cancellationToken)).Where(item => !item.IsArchived)];
        _counts = await Checks.CountsAsync(userId, ProjectId, cancellationToken);
        _people = await Statistics.ListAsync(userId, ProjectId, cancellationToken);
        _known = await Known.ListAsync(userId, ProjectId, cancellationToken);
        var next = await Checks.NextAsync(userId, ProjectId, _order, Ahead, cancellationToken);
        _targetPercent = (await Plans.GetAsync(userId, ProjectId, cancellationToken)).KnownTargetPercent;

        // What the person looks at stays, unless its label was changed meanwhile.
        _task = next.FirstOrDefault(task => task.ImageId == _task?.ImageId) ?? (next is [var first, ..] ? first : null);
        _ahead = new(next.Where(task => task.ImageId != _task?.ImageId));
        if (_keys is not null)
        {
            await _keys.InvokeAsync("setKeys", Keys());
        }
    }

    private Task RelabelAsync(IReadOnlyList<Guid> classIds, long imageId) => _task is { } task && task.ImageId == imageId
        ? JudgedAsync((userId, cancel) => Checks.RelabelAsync(userId, ProjectId, task, classIds, _reason, cancel))
        : Task.CompletedTask;

    private async Task JudgedAsync(Func<Guid, CancellationToken, Task> judge)
    {
        await ActAsync(judge);
        _reason = "";
        _ahead.TryDequeue(out _task);
        await ReloadAsync();
    }

    private async Task RemoveCheckAsync(long imageId)
    {
        if (await ActAsync((userId, cancel) => Known.RemoveAsync(userId, ProjectId, imageId, cancel)))
        {
            await ReloadAsync();
        }
    }

    private Task SetOrderAsync(ChangeEventArgs choice)
    {
        _order = Enum.TryParse<CheckOrder>(choice.Value as string, out var order) ? order : CheckOrder.Oldest;
        _task = null;
        return ReloadAsync();
    }

    protected override IEnumerable<IDisposable> Follow() =>
        [Signals.Subscribe(ProjectId, ChangeTopic.Labels | ChangeTopic.Classes, OnSignalAsync, RefreshInterval)];

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_keys is null && !IsLoading && !IsLeft)
        {
            _keys = new ModuleView(Js, "choice-keys.js");
            await _keys.StartAsync(_root, new { keys = Keys() }, this);
        }
    }

    protected override ValueTask LeaveAsync() => _keys?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Dictionary<string, string> Keys() => _classes.Where(item => item.Hotkey is not null)
        .Select(item => KeyValuePair.Create(item.Hotkey!, item.Id.ToString()))
        .Concat([KeyValuePair.Create("enter", TakesSeveral ? "enter" : "accept"), KeyValuePair.Create("r", "write")])
        .DistinctBy(pair => pair.Key)
        .ToDictionary();

    private ClassInfo? ClassOf(Guid classId) => _classes.FirstOrDefault(item => item.Id == classId);
}
