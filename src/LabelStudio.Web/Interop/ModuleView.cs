using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Interop;

/// <summary>What a JavaScript module's <c>start(root, options, page)</c> gave: the live part of a page that needs no circuit to work.</summary>
public sealed class ModuleView : IAsyncDisposable
{
    private readonly IJSObjectReference _module;
    private readonly IJSObjectReference _view;

    private ModuleView(IJSObjectReference module, IJSObjectReference view)
    {
        _module = module;
        _view = view;
    }

    /// <param name="path">Below <c>wwwroot-assets/js</c>.</param>
    /// <param name="page">A <see cref="DotNetObjectReference{TValue}"/> that the module calls back; null: it never does.</param>
    public static async Task<ModuleView> StartAsync(
        IJSRuntime js, string path, ElementReference root, object options, object? page, CancellationToken cancellationToken)
    {
        var module = await js.InvokeAsync<IJSObjectReference>("import", cancellationToken, $"./js/{path}");
        var view = await module.InvokeAsync<IJSObjectReference>("start", cancellationToken, root, options, page);
        return new ModuleView(module, view);
    }

    public ValueTask InvokeAsync(string name, CancellationToken cancellationToken, params object?[] arguments) =>
        _view.InvokeVoidAsync(name, cancellationToken, arguments);

    public ValueTask<T> InvokeAsync<T>(string name, CancellationToken cancellationToken, params object?[] arguments) =>
        _view.InvokeAsync<T>(name, cancellationToken, arguments);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _view.InvokeVoidAsync("dispose");
            await _view.DisposeAsync();
            await _module.DisposeAsync();
        }
        catch (Exception error) when (error is JSDisconnectedException or OperationCanceledException)
        {
            // The tab is gone, and the module with it.
        }
    }
}
