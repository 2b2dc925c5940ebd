using System.Runtime.CompilerServices;
using Bunit;
using Microsoft.AspNetCore.Components;

namespace LabelStudio.Web.Tests.Hosting;

/// <summary>
/// What a person does on a drawn page. It happens on the renderer's own thread: on any other one the page can draw itself
/// anew between finding a button and pressing it, and the handler that was found is then gone.
/// </summary>
internal static class RenderedActions
{
    /// <summary>A page is waited for as long as a busy machine may need, not the one second that bunit gives.</summary>
    [ModuleInitializer]
    internal static void WaitPatiently() => BunitContext.DefaultWaitTimeout = TimeSpan.FromSeconds(30);

    public static void Do<TComponent>(this IRenderedComponent<TComponent> page, Action action)
        where TComponent : IComponent =>
        page.InvokeAsync(action).GetAwaiter().GetResult();

    public static Task DoAsync<TComponent>(this IRenderedComponent<TComponent> page, Func<Task> action)
        where TComponent : IComponent =>
        page.InvokeAsync(action);
}
