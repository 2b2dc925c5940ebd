using LabelStudio.Pipeline.Storage;
using MudBlazor;

namespace LabelStudio.Web.Components;

/// <summary>Carries out what a person pressed and says what went wrong, so that a failed command never ends the circuit.</summary>
public sealed class UserActions(ISnackbar snackbar, ILogger<UserActions> log)
{
    /// <returns>Whether the work was done.</returns>
    public async Task<bool> TryAsync(Func<Task> work, string? done = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        try
        {
            await work();
        }
        catch (StudioException error)
        {
            snackbar.Add(error.Message, Severity.Error, options => options.VisibleStateDuration = 10_000);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception error)
        {
            var reference = Guid.CreateVersion7().ToString("N")[^12..];
            log.LogError(error, "A command failed (reference {Reference})", reference);
            snackbar.Add(
                $"That failed. Try again; if it fails again, tell your administrator the reference {reference}.",
                Severity.Error,
                options => options.RequireInteraction = true);
            return false;
        }

        if (done is not null)
        {
            snackbar.Add(done, Severity.Success);
        }

        return true;
    }
}
