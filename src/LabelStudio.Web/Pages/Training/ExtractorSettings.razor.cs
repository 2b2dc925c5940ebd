using LabelStudio.Learning.Backbones;
using LabelStudio.Pipeline.Features;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using MudBlazor;

namespace LabelStudio.Web.Pages.Training;

/// <summary>Chooses a project's feature extractor and takes new ones in.</summary>
public sealed partial class ExtractorSettings
{
    private IReadOnlyList<FeatureExtractor> _all = [];
    private Guid? _chosen;
    private TypedExtractor _typed = new();
    private IBrowserFile? _file;
    private string? _problem;

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    [Parameter]
    public bool CanChange { get; set; }

    protected override object Key => ProjectId;

    [Inject]
    private FeatureExtractors Extractors { get; set; } = null!;

    [Inject]
    private ExtractorDeletion Deletion { get; set; } = null!;

    [Inject]
    private BackboneRegistry Backbones { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    protected override async Task LoadAsync(Guid userId, CancellationToken cancellationToken)
    {
        _all = await Extractors.ListAsync(userId, ProjectId, cancellationToken);
        _chosen = await Extractors.ChosenAsync(userId, ProjectId, cancellationToken);
    }

    private RenderFragment Choice(Guid? id, string name, string text) => builder =>
    {
        var isChosen = id == _chosen;
        builder.OpenElement(0, "button");
        builder.AddAttribute(1, "type", "button");
        builder.AddAttribute(2, "role", "radio");
        builder.AddAttribute(3, "aria-checked", isChosen ? "true" : "false");
        builder.AddAttribute(4, "disabled", !CanChange || IsBusy);
        builder.AddAttribute(5, "onclick", EventCallback.Factory.Create(this, () => ChooseAsync(id)));
        builder.AddMarkupContent(6, "<span class=\"dot\" aria-hidden=\"true\"></span>");
        builder.OpenElement(7, "b");
        builder.AddContent(8, name);
        builder.CloseElement();
        builder.OpenElement(9, "span");
        builder.AddContent(10, text);
        builder.CloseElement();
        builder.CloseElement();
    };

    private async Task ChooseAsync(Guid? id)
    {
        if (id != _chosen && await ActAsync((userId, stop) => Extractors.ChooseAsync(userId, ProjectId, id, stop)))
        {
            Snackbar.Add("The images are embedded anew in the background.", Severity.Success);
            await ReloadAsync();
        }
    }

    private async Task DeleteAsync(FeatureExtractor extractor)
    {
        var isSure = await Dialogs.ShowMessageBoxAsync(
            $"Delete '{extractor.Descriptor.Name}'?",
            "Its network is deleted for all projects. Add its file again to bring it back.",
            yesText: "Delete",
            cancelText: "Cancel");
        if (isSure == true && await ActAsync((userId, stop) => Deletion.DeleteAsync(userId, ProjectId, extractor.Id, stop)))
        {
            Snackbar.Add($"'{extractor.Descriptor.Name}' is deleted.", Severity.Success);
            await ReloadAsync();
        }
    }

    private async Task AddAsync()
    {
        _problem = null;
        if (await ActAsync(TakeInAsync) && _problem is null)
        {
            Snackbar.Add($"'{_typed.Name}' was tried and added. Choose it to use it.", Severity.Success);
            (_typed, _file) = (new(), null);
            await ReloadAsync();
        }
    }

    private async Task TakeInAsync(Guid userId, CancellationToken cancellationToken)
    {
        try
        {
            await using var network = _file!.OpenReadStream(FeatureExtractors.MostBytes, cancellationToken);
            await Extractors.AddAsync(userId, ProjectId, _typed.ToDescriptor(), network, cancellationToken);
        }
        catch (InvalidRequestException error)
        {
            // Too much to read in a passing notice.
            _problem = error.Message;
        }
        catch (IOException error)
        {
            _problem = $"The file could not be read: {error.Message} Choose it again.";
        }
    }
}
