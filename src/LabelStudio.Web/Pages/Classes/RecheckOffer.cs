using System.Globalization;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Classes;

/// <summary>A class that joins later may fit images that have a label already: offers to look at them again.</summary>
public sealed class RecheckOffer(ImageLibrary images, ISnackbar snackbar, NavigationManager navigation)
{
    private const string Key = "recheck";

    /// <summary>For each class in use how many images were labelled before it existed.</summary>
    public static IReadOnlyDictionary<Guid, int> Older(IEnumerable<ClassInfo> classes, IReadOnlyDictionary<int, int> labelledByOntologyVersion)
    {
        ArgumentNullException.ThrowIfNull(labelledByOntologyVersion);
        return classes.Where(item => item is { IsArchived: false, IsCombination: false }).ToDictionary(
            item => item.Id,
            item => labelledByOntologyVersion.Where(labelled => labelled.Key < item.SinceOntologyVersion).Sum(labelled => labelled.Value));
    }

    /// <summary>Says how many there are, with a button that leads to them; nothing where there are none.</summary>
    public async Task MakeAsync(Guid userId, Guid projectId, ClassInfo created, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(created);
        var count = await images.CountAsync(userId, projectId, new ImageFilter { LabelledBefore = created.SinceOntologyVersion }, cancellationToken);
        if (count == 0)
        {
            return;
        }

        var text = string.Create(
            CultureInfo.CurrentCulture, $"{count:N0} {(count == 1 ? "image was" : "images were")} labelled before '{created.Name}' existed.");
        // Of several classes made one after the other the last one is spoken of: an offer must not pile up over the picture.
        snackbar.RemoveByKey(Key);
        snackbar.Add(text, Severity.Info, options =>
        {
            options.VisibleStateDuration = 15_000;
            options.Action = "Check them";
            options.OnClick = _ =>
            {
                navigation.NavigateTo($"projects/{projectId}/label?recheck={created.Id}");
                return Task.CompletedTask;
            };
        }, Key);
    }
}
