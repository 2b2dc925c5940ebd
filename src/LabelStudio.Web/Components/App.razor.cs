using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace LabelStudio.Web.Components;

/// <summary>The HTML page around everything. Account pages are plain server-rendered HTML; all others run on one interactive circuit.</summary>
public sealed partial class App(IAntiforgery antiforgery)
{
    // Without prerendering: a prerendered page would run each query, and each claim of an image, twice.
    private static readonly InteractiveServerRenderMode Interactive = new(prerender: false);

    private string _choice = ThemeChoice.System;
    private string _baseAddress = "/";
    private string? _antiforgeryToken;
    private IComponentRenderMode? _renderMode;

    [CascadingParameter]
    public required HttpContext HttpContext { get; set; }

    protected override void OnInitialized()
    {
        _choice = ThemeChoice.Of(HttpContext.Request);
        _baseAddress = $"{HttpContext.Request.PathBase}/";
        _renderMode = HttpContext.AcceptsInteractiveRouting() ? Interactive : null;
        _antiforgeryToken = antiforgery.GetAndStoreTokens(HttpContext).RequestToken;
    }
}
