using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Components.Shared;

/// <summary>Draws a large confusion matrix on a canvas: 200 classes have 40,000 cells, too many for elements of a page.</summary>
public sealed partial class ConfusionMap : IAsyncDisposable
{
    private ElementReference _host;
    private IJSObjectReference? _module;
    private IJSObjectReference? _map;
    private DotNetObjectReference<ConfusionMap>? _self;
    private (IReadOnlyList<int>? Order, MatrixMode Mode, bool HidesDiagonal, MatrixLayout? Layout, MatrixCell? Selected) _drawn;
    private string? _failure;
    private bool _isDisposed;

    [Parameter, EditorRequired]
    public required IReadOnlyList<string> ClassNames { get; set; }

    [Parameter, EditorRequired]
    public required MatrixLayout Layout { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<int> Order { get; set; }

    [Parameter]
    public MatrixMode Mode { get; set; }

    [Parameter]
    public bool HidesDiagonal { get; set; }

    [Parameter]
    public MatrixCell? Selected { get; set; }

    [Parameter]
    public EventCallback<MatrixCell> OnCell { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>Called by the map's module when a cell is clicked; the numbers come from the browser and are checked.</summary>
    [JSInvokable]
    public Task ChooseAsync(int row, int column) =>
        row >= 0 && row < ClassNames.Count && column >= 0 && column < ClassNames.Count
            ? InvokeAsync(() => OnCell.InvokeAsync(new MatrixCell(row, column)))
            : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        try
        {
            if (_map is not null)
            {
                await _map.InvokeVoidAsync("dispose");
                await _map.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The tab is closed: its map is gone already.
        }

        _self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var wanted = (Order, Mode, HidesDiagonal, Layout, Selected);
        if (_isDisposed || _failure is not null || (_drawn.Layout == Layout && _drawn.Mode == Mode && _drawn.HidesDiagonal == HidesDiagonal && _drawn.Selected == Selected && _drawn.Order!.SequenceEqual(Order)))
        {
            return;
        }

        _drawn = wanted;
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
            _failure = $"The map could not be drawn: {error.Message.Split('\n')[0]} Reload the page.";
            StateHasChanged();
        }
    }

    private async Task DrawAsync()
    {
        _self ??= DotNetObjectReference.Create(this);
        _module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["js/confusion-map.js"]);
        _map ??= await _module.InvokeAsync<IJSObjectReference?>(
            "create", _host, _self, Assets["_content/Vizor.ECharts/js/vizor-echarts-bundle-min.js"]);
        if (_map is not null && !_isDisposed)
        {
            await _map.InvokeVoidAsync("draw", Order.Select(i => ClassNames[i]), Order, Cells(), Selected is { } cell ? new[] { cell.Predicted, cell.True } : null);
        }
    }

    // Sparse: [column, row, share, count] of the cells that hold images.
    private double[][] Cells()
    {
        var cells =
            from row in Enumerable.Range(0, Order.Count)
            from column in Enumerable.Range(0, Order.Count)
            let cell = new MatrixCell(Order[row], Order[column])
            where Layout.Count(cell) > 0 && !(HidesDiagonal && cell.IsRight)
            select new[] { column, row, Layout.Share(cell, Mode), Layout.Count(cell) };
        return [.. cells];
    }
}
