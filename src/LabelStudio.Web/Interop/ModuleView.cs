using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Interop;

/// <summary>What a JavaScript module's <c>start(root, options, page)</c> gives: the live part of a page that needs no circuit to work.</summary>
/// <param name="js">The browser.</param>
/// <param name="path">Below <c>wwwroot-assets/js</c>.</param>
public sealed class ModuleView(IJSRuntime js, string path) : IAsyncDisposable
{
    private readonly CancellationTokenSource _left = new();
    private IJSObjectReference? _module;
    private IJSObjectReference? _view;
    private DotNetObjectReference<object>? _page;

    public bool IsStarted => _view is not null;

    /// <param name="root">What the module draws upon.</param>
    /// <param name="options">For the module.</param>
    /// <param name="page">The component that the module calls back; null: it never does.</param>
    public async Task StartAsync(ElementReference root, object options, object? page = null)
    {
        _page = page is null ? null : DotNetObjectReference.Create(page);
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", _left.Token, $"./js/{path}");
            _view = await _module.InvokeAsync<IJSObjectReference>("start", _left.Token, root, options, _page);
        }
        catch (Exception error) when (HasLeft(error))
        {
            // Left before it had started.
        }
    }

    /// <summary>Calls a function of the module; nothing happens before it has started and once the page is left.</summary>
    public async Task InvokeAsync(string name, params object?[] arguments)
    {
        try
        {
            await (_view?.InvokeVoidAsync(name, _left.Token, arguments) ?? ValueTask.CompletedTask);
        }
        catch (Exception error) when (HasLeft(error))
        {
            // The tab is gone, and the module with it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        _left.Dispose();
        try
        {
            if (_view is not null)
            {
                await _view.InvokeVoidAsync("dispose");
                await _view.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (Exception error) when (HasLeft(error))
        {
            // The tab is gone, and the module with it.
        }

        _page?.Dispose();
    }

    private static bool HasLeft(Exception error) => error is OperationCanceledException or JSDisconnectedException or ObjectDisposedException;
}
