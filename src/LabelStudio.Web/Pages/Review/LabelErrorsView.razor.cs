using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace LabelStudio.Web.Pages.Review;

/// <summary>Shows labels that look wrong one by one. The next is shown at once; verdicts are saved one after the other behind it.</summary>
public sealed partial class LabelErrorsView
{
    private const int MostExamples = 6;
    private const int ExamplesToChooseFrom = 60;

    private readonly Dictionary<Guid, IReadOnlyList<ImageTile>> _examples = [];
    private readonly Stack<(DoubtedLabel Doubt, Task<long?> Saved)> _verdicts = new();
    private ElementReference _root;
    private ModuleView? _keys;
    private LabelErrorReport? _report;
    private DoubtQueue? _queue;
    private IReadOnlyDictionary<Guid, ClassInfo> _classes = new Dictionary<Guid, ClassInfo>();
    private Task _saving = Task.CompletedTask;
    private int _reviewed;
    private bool _again, _isSearching, _isChanged, _isHidden;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter]
    public bool CanLabel { get; set; }

    /// <summary>An image may have several classes, or none.</summary>
    [Parameter]
    public bool TakesSeveral { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private LabelErrorReview Review { get; set; } = null!;

    [Inject]
    private ClassCatalog Catalog { get; set; } = null!;

    [Inject]
    private QualityPlans Plans { get; set; } = null!;

    [Inject]
    private ImageLibrary Library { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>Called by the page's module for a key, with the image that was shown when it was pressed.</summary>
    [JSInvokable]
    public Task KeyAsync(string command, long imageId) => InvokeAsync(async () =>
    {
        switch (command)
        {
            case "next" or "previous":
                Step(command == "next" ? 1 : -1);
                break;
            case "undo":
                await UndoAsync();
                break;
            default:
                await DecideAsync(Enum.Parse<LabelVerdict>(command), imageId);
                break;
        }
    });

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _isHidden = await Plans.HideSuggestionsFromAsync(userId, ProjectId, cancellationToken);
        if (_isHidden)
        {
            return;
        }

        _classes = (await Catalog.ListAsync(userId, ProjectId, cancellationToken)).ToDictionary(item => item.Id);
        _report = await Review.FindAsync(userId, ProjectId, _again, cancellationToken);
        (_reviewed, _isChanged) = (_report.Reviewed, false);
        _queue = new DoubtQueue(_report.Doubted);
        foreach (var classId in _report.Doubted.SelectMany(doubt => new[] { doubt.GivenClassId, doubt.SuggestedClassId }).Distinct())
        {
            // With others it looks like both of them: images that show it alone tell more.
            var filter = new ImageFilter { ClassId = classId, State = ImageState.Labelled };
            var page = await Library.PageAsync(userId, ProjectId, filter, null, TakesSeveral ? ExamplesToChooseFrom : MostExamples, cancellationToken);
            _examples[classId] = [.. page.OrderByDescending(tile => tile.ClassId == classId).Take(MostExamples)];
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_keys is null && CanLabel && !IsLoading && !IsLeft)
        {
            _keys = new ModuleView(Js, "review-keys.js");
            await _keys.StartAsync(_root, new { }, this);
        }
    }

    protected override ValueTask LeaveAsync() => _keys?.DisposeAsync() ?? ValueTask.CompletedTask;

    private ClassInfo? ClassOf(Guid classId) => _classes.GetValueOrDefault(classId);

    private IReadOnlyList<ImageTile> ExamplesOf(Guid classId) => _examples.GetValueOrDefault(classId) ?? [];

    private void Step(int steps)
    {
        _queue?.Move(steps);
        StateHasChanged();
    }

    private async Task SearchAgainAsync()
    {
        (_again, _isSearching) = (true, true);
        await _saving;
        await ReloadAsync();
        (_again, _isSearching) = (false, false);
    }

    /// <param name="classIds">With <see cref="LabelVerdict.Other"/>: what the image shows.</param>
    private async Task DecideAsync(LabelVerdict verdict, long imageId, IReadOnlyList<Guid>? classIds = null)
    {
        if (!CanLabel || _queue?.Take(imageId) is not { } doubt)
        {
            return;
        }

        _reviewed++;
        var saved = SaveAfterAsync(_saving, doubt, verdict, classIds);
        _saving = saved;
        _verdicts.Push((doubt, saved));
        StateHasChanged();
        if (await saved is null && !IsLeft)
        {
            _reviewed--;
            StateHasChanged();
        }
    }

    private async Task<long?> SaveAfterAsync(Task before, DoubtedLabel doubt, LabelVerdict verdict, IReadOnlyList<Guid>? classIds)
    {
        await before;
        try
        {
            // A verdict given is saved even if the page is left meanwhile.
            var reviewId = classIds is null
                ? await Review.DecideAsync(await User.IdAsync(), ProjectId, doubt, verdict, CancellationToken.None)
                : await Review.RelabelAsync(await User.IdAsync(), ProjectId, doubt, classIds, CancellationToken.None);
            _isChanged |= verdict != LabelVerdict.Keep;
            return reviewId;
        }
        catch (StudioException error)
        {
            Tell($"'{doubt.FileName}': {error.Message}");
            return null;
        }
    }

    private async Task UndoAsync()
    {
        if (!CanLabel || !_verdicts.TryPop(out var last))
        {
            return;
        }

        if (await last.Saved is not { } reviewId)
        {
            await UndoAsync();
            return;
        }

        int version;
        try
        {
            version = await Review.UndoAsync(await User.IdAsync(), ProjectId, reviewId, CancellationToken.None);
        }
        catch (StudioException error)
        {
            Tell(error.Message);
            return;
        }

        _reviewed--;
        _queue?.Return(last.Doubt with { LabelVersion = version });
        StateHasChanged();
    }

    private void Tell(string problem)
    {
        if (!IsLeft)
        {
            Snackbar.Add(problem, Severity.Error);
        }
    }
}
