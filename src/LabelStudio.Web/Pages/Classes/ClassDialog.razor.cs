using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using LabelStudio.Web.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace LabelStudio.Web.Pages.Classes;

/// <summary>Makes a class or changes one; used on the classes page and while labelling.</summary>
public sealed partial class ClassDialog(ClassCatalog catalog, UserKeymaps keymaps, CurrentUser user, UserActions actions) : ComponentBase
{
    private string _name = "";
    private string _colour = "";
    private string? _hotkey;
    private string _description = "";
    private string _aliases = "";
    private bool _isNegative;
    private bool _isLeftOut;
    private string? _nameProblem;
    private string? _keyProblem;
    private bool _isBusy;
    private IReadOnlyDictionary<char, string> _commands = new Dictionary<char, string>();

    [Parameter, EditorRequired]
    public required Guid ProjectId { get; set; }

    /// <summary>All classes of the project, to see which colours and keys are taken.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<ClassInfo> Classes { get; set; }

    /// <summary>The class to change; null: a new one.</summary>
    [Parameter]
    public ClassInfo? Class { get; set; }

    [Parameter]
    public string SubmitText { get; set; } = "Save";

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    /// <returns>The new class; null: the person thought better of it.</returns>
    public static Task<ClassInfo?> CreateAsync(
        IDialogService dialogs, Guid projectId, IReadOnlyList<ClassInfo> classes, string submitText = "Create") =>
        ShowAsync(dialogs, "New class", new DialogParameters<ClassDialog>
        {
            { dialog => dialog.ProjectId, projectId },
            { dialog => dialog.Classes, classes },
            { dialog => dialog.SubmitText, submitText },
        });

    public static Task<ClassInfo?> EditAsync(
        IDialogService dialogs, Guid projectId, IReadOnlyList<ClassInfo> classes, ClassInfo edited) =>
        ShowAsync(dialogs, "Change class", new DialogParameters<ClassDialog>
        {
            { dialog => dialog.ProjectId, projectId },
            { dialog => dialog.Classes, classes },
            { dialog => dialog.Class, edited },
        });

    protected override void OnInitialized()
    {
        _name = Class?.Name ?? "";
        _description = Class?.Description ?? "";
        _aliases = string.Join(", ", Class?.Aliases ?? []);
        _colour = Class?.Colour ?? ClassColours.NextFree([.. Classes.Where(c => c is { IsArchived: false, IsCombination: false }).Select(c => c.Colour)]);
        (_isNegative, _isLeftOut) = (Class?.IsNegative == true, Class?.IsLeftOutOfTraining == true);
        _hotkey = Class is null ? ClassKeys.NextFree(Classes) : Class.Hotkey;
    }

    protected override async Task OnInitializedAsync() =>
        _commands = CommandKeys.TakenBy(await keymaps.GetAsync(await user.IdAsync(), CancellationToken.None));

    private static async Task<ClassInfo?> ShowAsync(IDialogService dialogs, string title, DialogParameters<ClassDialog> parameters)
    {
        ArgumentNullException.ThrowIfNull(dialogs);
        var dialog = await dialogs.ShowAsync<ClassDialog>(title, parameters);
        return (await dialog.Result)?.Data as ClassInfo;
    }

    private void SetNegative()
    {
        _isNegative = !_isNegative;
        _name = _isNegative && _name.Length == 0 ? "None of these" : _name;
    }

    private void SetHotkey(string? value)
    {
        _hotkey = string.IsNullOrWhiteSpace(value) ? null : value.Trim().ToLowerInvariant();
        _keyProblem = _hotkey == Class?.Hotkey ? null : ClassKeys.Problem(_hotkey, Class?.Id, Classes, _commands);
    }

    private async Task SaveAsync()
    {
        // Checked here and not by a disabled button: Enter right after the last letter must not be lost.
        _nameProblem = string.IsNullOrWhiteSpace(_name) ? "Give the class a name." : null;
        if (_isBusy || _keyProblem is not null || _nameProblem is not null)
        {
            return;
        }

        _isBusy = true;
        ClassInfo? saved = null;
        var isDone = await actions.TryAsync(async () => saved = await WriteAsync());
        _isBusy = false;
        if (isDone && saved is not null)
        {
            Dialog.Close(saved);
        }
    }

    /// <summary>A name that exists already is said at the field, where it can be changed.</summary>
    private async Task<ClassInfo?> WriteAsync()
    {
        var userId = await user.IdAsync();
        try
        {
            return Class is null
                ? await catalog.CreateAsync(userId, ProjectId, New(), CancellationToken.None)
                : await catalog.UpdateAsync(userId, ProjectId, Class.Id, Change(), CancellationToken.None);
        }
        catch (Exception error) when (error is InvalidRequestException or ConflictException)
        {
            _nameProblem = error.Message;
            return null;
        }
    }

    private NewClass New() => new(_name.Trim(), _colour, _hotkey, _description.Trim()) { IsNegative = _isNegative, IsLeftOutOfTraining = _isLeftOut };

    private ClassUpdate Change() => new(_name.Trim(), _colour, _hotkey, _description.Trim())
    {
        IsNegative = _isNegative,
        IsLeftOutOfTraining = _isLeftOut,
        Aliases = _aliases.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };
}
