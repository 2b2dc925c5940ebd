using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Components.Shared;

/// <summary>
/// Draws curves that grow. The browser is sent every point once: later renders send the tails only, and the whole anew only
/// when other curves are shown.
/// </summary>
public sealed partial class LossChart : IAsyncDisposable
{
    /// <summary>Most points of one curve sent at once; more cannot be told apart on a screen.</summary>
    public const int MostPoints = 2000;

    private readonly List<int> _sent = [];
    private ElementReference _root;
    private IJSObjectReference? _module;
    private IJSObjectReference? _chart;
    private string? _drawnKey;
    private double? _drawnBest;
    private int _drawnRevision;
    private string? _failure;
    private bool _isBusy;
    private bool _isDisposed;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<ChartSeries> Series { get; set; }

    [Parameter]
    public string XName { get; set; } = "Epoch";

    /// <summary>Values are shares of 1, shown in per cent.</summary>
    [Parameter]
    public bool IsShare { get; set; }

    [Parameter]
    public bool HasLogScale { get; set; }

    [Parameter]
    public bool HasSmoothing { get; set; } = true;

    /// <summary>Where the marker of the best epoch stands; null for none.</summary>
    [Parameter]
    public double? BestX { get; set; }

    [Parameter]
    public string BestName { get; set; } = "best";

    /// <summary>Where thin markers stand, such as those of the epochs after which a run was resumed. Drawn with the next revision.</summary>
    [Parameter]
    public IReadOnlyList<double> Marks { get; set; } = [];

    [Parameter]
    public string MarkName { get; set; } = "resumed";

    /// <summary>Another value has everything drawn anew.</summary>
    [Parameter]
    public int Revision { get; set; }

    [Parameter]
    public int HeightPx { get; set; } = 260;

    /// <summary>Charts of one group share the hover line and the zoom.</summary>
    [Parameter]
    public string? Group { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private string Key => string.Join('|', Series.Select(s => $"{s.Name}:{s.Tone}"));

    private string Description =>
        $"{Title}: " + string.Join(", ", Series.Select(s => $"{s.Name} {Text(s.Points.Count > 0 ? s.Points[^1].Y : null)}"));

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        try
        {
            if (_chart is not null)
            {
                await _chart.InvokeVoidAsync("dispose");
                await _chart.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The tab is closed: its chart is gone already.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // One conversation with the browser at a time: a render that comes meanwhile is caught up with at its end.
        if (_isBusy || _isDisposed || _failure is not null)
        {
            return;
        }

        _isBusy = true;
        try
        {
            await DrawAsync();
        }
        catch (JSDisconnectedException)
        {
            // The tab is closed.
        }
        catch (JSException error)
        {
            _failure = $"The chart could not be drawn: {error.Message.Split('\n')[0]} Reload the page.";
            StateHasChanged();
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task DrawAsync()
    {
        if (_chart is null)
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["js/line-chart.js"]);
            _chart = await _module.InvokeAsync<IJSObjectReference?>(
                "create", _root, Assets["_content/Vizor.ECharts/js/vizor-echarts-bundle-min.js"], new { xName = XName, isShare = IsShare, bestName = BestName, markName = MarkName, group = Group });
            if (_chart is null || _isDisposed)
            {
                return;
            }
        }

        while (!_isDisposed && IsBehind(out var isOther))
        {
            await (isOther ? ResetAsync() : AppendAsync());
        }
    }

    private bool IsBehind(out bool isOther)
    {
        isOther = _drawnKey != Key || _drawnRevision != Revision || Series.Where((s, i) => s.Points.Count < _sent[i]).Any();
        return isOther || _drawnBest != BestX || Series.Where((s, i) => s.Points.Count > _sent[i]).Any();
    }

    private async Task ResetAsync()
    {
        (_drawnKey, _drawnRevision) = (Key, Revision);
        _drawnBest = BestX;
        _sent.Clear();
        _sent.AddRange(Series.Select(s => s.Points.Count));
        var series = Series.Select(s => new
        {
            name = s.Name,
            tone = s.Tone.ToString().ToLowerInvariant(),
            isDashed = s.IsDashed,
            isFaint = s.IsFaint,
            points = CurveThinning.Thin(s.Points, MostPoints).Select(p => p.Pair),
        });
        await _chart!.InvokeVoidAsync("reset", series.ToArray(), BestX, Marks);
    }

    private async Task AppendAsync()
    {
        _drawnBest = BestX;
        var tails = Series.Select((s, i) => s.Points.Skip(_sent[i]).Select(p => p.Pair).ToArray()).ToArray();
        for (var i = 0; i < tails.Length; i++)
        {
            _sent[i] += tails[i].Length;
        }

        await _chart!.InvokeVoidAsync("append", tails, BestX);
    }

    private string Text(double? value) => value switch
    {
        null => "no value yet",
        { } v when !double.IsFinite(v) => "not finite",
        { } v => IsShare ? v.ToString("P1", CultureInfo.CurrentCulture) : v.ToString("G4", CultureInfo.CurrentCulture),
    };
}
