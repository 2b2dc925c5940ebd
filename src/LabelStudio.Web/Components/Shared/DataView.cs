using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Components.Shared;

/// <summary>
/// A part of a page that reads something for the signed-in person, follows its changes, and acts on it: loading, failing,
/// being busy and being left are the same everywhere.
/// </summary>
public abstract class DataView : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _left = new();
    private readonly List<IDisposable> _subscriptions = [];
    private object? _loadedKey;

    protected DataView() => UntilLeft = _left.Token;

    /// <summary>What could not be read and what to do; null: all well.</summary>
    protected string? Failure { get; private set; }

    protected bool IsLoading { get; private set; } = true;

    /// <summary>A command is under way: its buttons are off, so that a double click is harmless.</summary>
    protected bool IsBusy { get; private set; }

    protected bool IsLeft { get; private set; }

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken UntilLeft { get; }

    [Inject]
    protected CurrentUser User { get; private set; } = null!;

    [Inject]
    protected ISnackbar Snackbar { get; private set; } = null!;

    [Inject]
    protected TimeProvider Clock { get; private set; } = null!;

    protected DateTime Now => Clock.GetUtcNow().UtcDateTime;

    /// <summary>What is shown: another value (an id of the address) loads anew.</summary>
    protected abstract object Key { get; }

    public async ValueTask DisposeAsync()
    {
        IsLeft = true;
        _subscriptions.ForEach(subscription => subscription.Dispose());
        _subscriptions.Clear();
        await _left.CancelAsync();
        _left.Dispose();
        await LeaveAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads what is shown.</summary>
    protected abstract Task LoadAsync(Guid userId, CancellationToken cancellationToken);

    /// <summary>Subscribes to what changes; called when something else is shown, before it is loaded.</summary>
    protected virtual IEnumerable<IDisposable> Follow() => [];

    protected virtual ValueTask LeaveAsync() => ValueTask.CompletedTask;

    protected override async Task OnParametersSetAsync()
    {
        if (Equals(_loadedKey, Key))
        {
            return;
        }

        _loadedKey = Key;
        IsLoading = true;
        _subscriptions.ForEach(subscription => subscription.Dispose());
        _subscriptions.Clear();

        // Subscribed before the first read: what changes between the two is read again, nothing is missed.
        _subscriptions.AddRange(Follow());
        await ReloadAsync();
    }

    /// <summary>Reads again and draws; safe to call from a signal through <see cref="OnSignalAsync"/>.</summary>
    protected async Task ReloadAsync()
    {
        if (IsLeft)
        {
            return;
        }

        var key = _loadedKey;
        try
        {
            await LoadAsync(await User.IdAsync(), UntilLeft);
            Failure = null;
        }
        catch (OperationCanceledException) when (IsLeft)
        {
            return;
        }
        catch (StudioException error)
        {
            Failure = error.Message;
        }

        if (!IsLeft && Equals(key, _loadedKey))
        {
            IsLoading = false;
            StateHasChanged();
        }
    }

    /// <summary>For subscriptions: they call from outside the page's own thread of control.</summary>
    protected Task OnSignalAsync() => IsLeft ? Task.CompletedTask : InvokeAsync(ReloadAsync);

    /// <summary>Carries out a command of the person; what went wrong is told.</summary>
    /// <returns>True when it was done.</returns>
    protected async Task<bool> ActAsync(Func<Guid, CancellationToken, Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (IsBusy || IsLeft)
        {
            return false;
        }

        IsBusy = true;
        try
        {
            await action(await User.IdAsync(), UntilLeft);
            return true;
        }
        catch (OperationCanceledException) when (IsLeft)
        {
            return false;
        }
        catch (StudioException error)
        {
            Snackbar.Add(error.Message, Severity.Error);
            return false;
        }
        finally
        {
            IsBusy = false;
        }
    }
}
