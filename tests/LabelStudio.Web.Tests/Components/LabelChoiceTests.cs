using Bunit;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Web.Components.Shared;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Components;

public sealed class LabelChoiceTests : BunitContext
{
    private static readonly ClassInfo Dog = Class("Dog", 0, "d"), Cat = Class("Cat", 1, "c"), None = Class("None of these", 2) with { IsNegative = true };

    private static readonly ClassInfo Both = Class("Dog + Cat", int.MaxValue) with { MemberIds = [Dog.Id, Cat.Id] };

    private IReadOnlyList<Guid>? _given;

    [Fact]
    public void Press_WhereAnImageHasOneClass_HandsItBackAtOnce()
    {
        var choice = Show(takesSeveral: false);

        Press(choice, "Cat");

        Assert.Equal([Cat.Id], _given);
        Assert.Empty(choice.FindAll("[data-testid=save-label]"));
        Assert.Empty(choice.FindAll("[aria-pressed]"));
    }

    [Fact]
    public void Classes_CombinationsAndArchivedOnesAmongThem_AreNotOffered()
    {
        var choice = Show(takesSeveral: true, classes: [Dog, Cat with { IsArchived = true }, Both]);

        Assert.Equal("D", Assert.Single(choice.FindAll("li kbd")).TextContent);
        Assert.StartsWith("Dog", Assert.Single(choice.FindAll("li")).TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_ClassesPutTogether_HandsThemBackInTheirOrder()
    {
        var choice = Show(takesSeveral: true);

        Press(choice, "Cat");
        Press(choice, "Dog");
        Assert.Null(_given);
        Assert.StartsWith("Save Dog + Cat", SaveText(choice), StringComparison.Ordinal);
        Assert.Equal(["true", "true", "false"], choice.FindAll("li button").Select(button => button.GetAttribute("aria-pressed")));
        choice.Do(() => choice.Find("[data-testid=save-label]").Click());

        Assert.Equal([Dog.Id, Cat.Id], _given);
    }

    [Fact]
    public async Task Keys_TakeTheLastClassAwayAndSave_HandBackNoClass()
    {
        var choice = Show(takesSeveral: true, start: [Dog.Id]);
        await choice.InvokeAsync(() => choice.Instance.SaveAsync());
        Assert.Null(_given);

        await choice.InvokeAsync(() => choice.Instance.ChooseAsync(Dog.Id));
        Assert.True(choice.Instance.IsChanged);
        Assert.Equal("Save No class Enter", SaveText(choice));
        await choice.InvokeAsync(() => choice.Instance.SaveAsync());

        Assert.Empty(_given!);
    }

    [Fact]
    public void Press_TheNegativeClass_GoesWithNoOther()
    {
        var choice = Show(takesSeveral: true, start: [Dog.Id, Cat.Id]);

        Press(choice, "None of these");
        Assert.StartsWith("Save None of these", SaveText(choice), StringComparison.Ordinal);
        Press(choice, "Cat");

        Assert.StartsWith("Save Cat", SaveText(choice), StringComparison.Ordinal);
    }

    [Fact]
    public void Save_TheLabelThatIsThereAlready_IsOff()
    {
        var choice = Show(takesSeveral: true, start: [Dog.Id]);

        Assert.True(choice.Find("[data-testid=save-label]").HasAttribute("disabled"));
        Press(choice, "Cat");
        Press(choice, "Cat");
        Assert.False(choice.Instance.IsChanged);
    }

    [Fact]
    public void Chip_Combination_IsShownAsTheChipsOfItsClassesAndNoneByItsName()
    {
        var none = Class(ClassDefinition.NameOfNone, int.MaxValue) with { MemberIds = [] };
        ClassInfo[] classes = [Dog, Cat, Both, none];

        Assert.Equal(["Dog", "Cat"], Names(Both.Id));
        Assert.Equal(["No class"], Names(none.Id));
        Assert.Equal(["Dog"], Names(Dog.Id));
        Assert.Equal(["a class that is gone"], Names(Guid.NewGuid()));

        IEnumerable<string> Names(Guid id) => Render<LabelChip>(p => p.Add(chip => chip.LabelId, id).Add(chip => chip.Classes, classes))
            .FindAll(".class-chip-name").Select(name => name.TextContent);
    }

    private IRenderedComponent<LabelChoice> Show(bool takesSeveral, Guid[]? start = null, ClassInfo[]? classes = null) => Render<LabelChoice>(p => p
        .Add(choice => choice.Classes, classes ?? [Dog, Cat, None, Both])
        .Add(choice => choice.TakesSeveral, takesSeveral)
        .Add(choice => choice.Start, start ?? [])
        .Add(choice => choice.HasKeys, true)
        .Add(choice => choice.OnChosen, ids => _given = ids));

    private static string SaveText(IRenderedComponent<LabelChoice> choice) =>
        string.Join(' ', choice.Find("[data-testid=save-label]").TextContent.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    private static void Press(IRenderedComponent<LabelChoice> choice, string name) =>
        choice.Do(() => choice.FindAll("li button").Single(button => button.TextContent.Contains(name, StringComparison.Ordinal)).Click());

    private static ClassInfo Class(string name, int position, string? key = null) =>
        new(Guid.NewGuid(), name, "#336699", key, position, "", false, null, DateTime.UnixEpoch, 1, 10);
}
