using LabelStudio.Pipeline.Training;

namespace LabelStudio.Pipeline.Tests.Training;

public sealed class LaunchWarningsTests
{
    private static readonly Guid Owl = Guid.NewGuid(), Robin = Guid.NewGuid();

    [Fact]
    public void Of_ClassThatOnlyCombinationsShow_IsJudgedByThem()
    {
        var warnings = Of(Label("Owl", 40, 5, 5, Owl), Label("Robin", 0, 0, 0, Robin), Label("Owl + Robin", 30, 5, 5, null, Owl, Robin));

        Assert.Empty(warnings);
    }

    [Fact]
    public void Of_ManyRareCombinations_SaysNothingOfThem()
    {
        var rare = Enumerable.Range(0, 100).Select(number => Label($"Rare {number}", 1, 0, 0, null, Owl, Robin));

        var warnings = Of([Label("Owl", 40, 5, 5, Owl), Label("Robin", 40, 5, 5, Robin), .. rare]);

        Assert.Empty(warnings);
    }

    [Fact]
    public void Of_ClassWithFewImagesEvenWithOthers_IsNamed()
    {
        var warnings = Of(Label("Owl", 40, 5, 5, Owl), Label("Robin", 1, 0, 0, Robin), Label("Owl + Robin", 3, 0, 1, null, Owl, Robin));

        Assert.Equal("Class 'Robin' has only 4 labelled training images: expect little of it. Label more images of it.", warnings[0]);
        Assert.Equal("Too few labelled test images to measure: Robin. Their figures will say little until more images are labelled.", warnings[1]);
        Assert.Equal(2, warnings.Count);
    }

    private static List<string> Of(params ClassReadiness[] labels) => [.. LaunchWarnings.Of(new Preflight(ClassReadiness.WithOthers(labels, labels), null, null, 0, [], null))];

    private static ClassReadiness Label(string name, int train, int validation, int test, Guid? id, params Guid[] members) =>
        new(id ?? Guid.NewGuid(), name, "#336699", train, validation, test, IsNew: false) { MemberIds = members.Length == 0 ? null : members };
}
