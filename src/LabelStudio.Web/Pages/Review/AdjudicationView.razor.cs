using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Interop;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Pages.Review;

/// <summary>Votes side by side, and a key that decides.</summary>
public sealed partial class AdjudicationView
{
    private const int Most = 100;

    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private ElementReference _root;
    private LabelChoice? _choice;
    private ModuleView? _keys;
    private IReadOnlyList<DividedImage> _images = [];
    private DividedImage? _image;
    private IReadOnlyList<ClassInfo> _classes = [];

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    /// <summary>An image may have several classes, or none.</summary>
    [Parameter]
    public bool TakesSeveral { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private Adjudication Adjudication { get; set; } = null!;

    [Inject]
    private ClassCatalog Catalog { get; set; } = null!;

    [Inject]
    private ChangeSignals Signals { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>Called for a key or a button, with the image that was shown then.</summary>
    [JSInvokable]
    public Task KeyAsync(string command, long imageId) => InvokeAsync(async () =>
    {
        if (_choice is { } choice && _image?.ImageId == imageId)
        {
            await (Guid.TryParse(command, out var classId) ? choice.ChooseAsync(classId) : choice.SaveAsync());
        }
    });

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _classes = [.. (await Catalog.ListAsync(userId, ProjectId, cancellationToken)).Where(item => !item.IsArchived)];
        _images = await Adjudication.ListAsync(userId, ProjectId, Most, cancellationToken);
        _image = _images.FirstOrDefault(image => image.ImageId == _image?.ImageId) ?? (_images is [var first, ..] ? first : null);
        if (_keys is not null)
        {
            await _keys.InvokeAsync("setKeys", Keys());
        }
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

    private async Task DecideAsync(IReadOnlyList<Guid> classIds, long imageId)
    {
        if (_image is { } image && image.ImageId == imageId)
        {
            await ActAsync((userId, cancel) => Adjudication.DecideAsync(userId, ProjectId, image, classIds, cancel));
            await ReloadAsync();
        }
    }

    private Dictionary<string, string> Keys()
    {
        var keys = _classes.Where(item => item.Hotkey is not null).ToDictionary(item => item.Hotkey!, item => item.Id.ToString());
        if (TakesSeveral)
        {
            keys["enter"] = "save";
        }

        return keys;
    }

    /// <summary>Those that somebody voted for come first.</summary>
    private IEnumerable<ClassInfo> Choices(DividedImage image) =>
        _classes.OrderByDescending(item => image.Votes.Count(vote => MembersOf(vote).Contains(item.Id))).ThenBy(item => item.Position);

    /// <summary>What people said, each once.</summary>
    private IEnumerable<ClassInfo> Given(DividedImage image) => image.Votes.Select(vote => vote.ClassId).Distinct().Select(ClassOf).OfType<ClassInfo>();

    /// <summary>The classes that most of the people gave: what they differ in is left to choose.</summary>
    private List<Guid> Shared(DividedImage image) =>
        [.. image.Votes.SelectMany(MembersOf).CountBy(id => id).Where(count => 2 * count.Value > image.Votes.Count).Select(count => count.Key)];

    private IReadOnlyList<Guid> MembersOf(ImageVote vote) => ClassOf(vote.ClassId)?.MemberIds ?? [vote.ClassId];

    private ClassInfo? ClassOf(Guid classId) => _classes.FirstOrDefault(item => item.Id == classId);
}
