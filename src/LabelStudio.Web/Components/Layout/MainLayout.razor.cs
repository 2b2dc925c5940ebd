using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;

namespace LabelStudio.Web.Components.Layout;

/// <summary>Theme, MudBlazor's providers, and the bar on top.</summary>
public sealed partial class MainLayout(IJSRuntime js, NavigationManager navigation) : LayoutComponentBase, IDisposable
{
    private DotNetObjectReference<MainLayout>? _self;
    private bool? _isDark;
    private string _path = "";
    private bool _isMarked;

    protected override async Task OnInitializedAsync()
    {
        _path = navigation.ToBaseRelativePath(navigation.Uri);
        navigation.LocationChanged += OnLocationChanged;
        // Nothing is drawn before the colours are known, so nothing flashes.
        _self = DotNetObjectReference.Create(this);
        _isDark = await js.InvokeAsync<bool>("studioTheme.watch", _self);
    }

    /// <summary>Chosen in the menu, or told by the page when the system changes its colours.</summary>
    [JSInvokable]
    public void SetDark(bool isDark)
    {
        _isDark = isDark;
        StateHasChanged();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_isDark is not null && !_isMarked)
        {
            _isMarked = true;
            await using var shell = await js.InvokeAsync<IJSObjectReference>("import", "./js/shell.js");
            await shell.InvokeVoidAsync("markReady");
        }
    }

    public void Dispose()
    {
        navigation.LocationChanged -= OnLocationChanged;
        _self?.Dispose();
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs args)
    {
        _path = navigation.ToBaseRelativePath(args.Location).Split('#')[0];
        _ = InvokeAsync(StateHasChanged);
    }
}
