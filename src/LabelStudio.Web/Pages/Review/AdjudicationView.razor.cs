using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
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
    private ModuleView? _keys;
    private IReadOnlyList<DividedImage> _images = [];
    private DividedImage? _image;
    private IReadOnlyList<ClassInfo> _classes = [];

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

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
        if (_image is { } image && image.ImageId == imageId && Guid.TryParse(command, out var classId))
        {
            await ActAsync((userId, cancel) => Adjudication.DecideAsync(userId, ProjectId, image, classId, cancel));
            await ReloadAsync();
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

    private Dictionary<string, string> Keys() =>
        _classes.Where(item => item.Hotkey is not null).ToDictionary(item => item.Hotkey!, item => item.Id.ToString());

    /// <summary>Those that somebody voted for come first.</summary>
    private IEnumerable<ClassInfo> Choices(DividedImage image) =>
        _classes.OrderByDescending(item => image.Votes.Count(vote => vote.ClassId == item.Id)).ThenBy(item => item.Position);

    private ClassInfo? ClassOf(Guid classId) => _classes.FirstOrDefault(item => item.Id == classId);
}
