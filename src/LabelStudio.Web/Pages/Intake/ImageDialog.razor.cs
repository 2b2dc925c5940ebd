using System.Globalization;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Intake;

/// <summary>One image with what is known of it and who did what to it.</summary>
public sealed partial class ImageDialog(ImageLibrary images, ImageHistory history, ProjectAccess access, CurrentUser user) : ComponentBase
{
    private ImageDetails? _image;
    private IReadOnlyList<ImageHistoryEntry> _history = [];
    private string? _problem;

    private bool CanLabel { get; set; }

    private bool CanManageClasses { get; set; }

    private bool CanUpload { get; set; }

    [Parameter, EditorRequired]
    public required long ImageId { get; set; }

    /// <summary>All classes of the project, archived ones too.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ClassInfo> Classes { get; set; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    public static async Task ShowAsync(IDialogService dialogs, long imageId, IReadOnlyList<ClassInfo> classes)
    {
        ArgumentNullException.ThrowIfNull(dialogs);
        var dialog = await dialogs.ShowAsync<ImageDialog>(
            "Image",
            new DialogParameters<ImageDialog> { { shown => shown.ImageId, imageId }, { shown => shown.Classes, classes } },
            new DialogOptions { MaxWidth = MaxWidth.Large, FullWidth = true, CloseButton = true });
        await dialog.Result;
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private static string Kilobytes(long bytes) => bytes < 1024 * 1024
        ? $"{Math.Max(1, bytes / 1024).ToString("N0", CultureInfo.CurrentCulture)} KB"
        : $"{(bytes / 1024.0 / 1024.0).ToString("0.0", CultureInfo.CurrentCulture)} MB";

    private static string SplitText(Split split) => split switch
    {
        Split.Train => "training",
        Split.Validation => "validation: watches the training",
        Split.Test => "test: never trained on",
    };

    private ClassInfo? ClassOf(Guid? classId) => Classes.FirstOrDefault(c => c.Id == classId);

    private async Task LoadAsync()
    {
        try
        {
            var userId = await user.IdAsync();
            _image = await images.GetAsync(userId, ImageId, CancellationToken.None);
            CanLabel = await access.AllowsAsync(userId, _image.ProjectId, StudioRight.Label, CancellationToken.None);
            CanUpload = await access.AllowsAsync(userId, _image.ProjectId, StudioRight.Upload, CancellationToken.None);
            CanManageClasses = await access.AllowsAsync(userId, _image.ProjectId, StudioRight.ManageClasses, CancellationToken.None);
            _history = await history.ListAsync(userId, ImageId, CancellationToken.None);
            _problem = null;
        }
        catch (StudioException error)
        {
            _problem = error.Message;
        }
    }
}
