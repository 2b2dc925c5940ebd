using System.Text;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Tests.Labelling;

/// <summary>Tables of labels in a project whose images may have several classes.</summary>
public sealed class LabelTablesOfSeveralTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("image,label\n{0},Robin|owl\n", "Owl + Robin")]
    [InlineData("image,labels\n{0},Robin | Wren\n", "Robin + Wren")]
    [InlineData("image,label,split,label\n{0},Owl,train,Robin\n", "Owl + Robin")]
    [InlineData("image,label,label\n{0},,Owl|Robin\n", "Owl|Robin")]
    [InlineData("image,label,label\n{0},no class,\n", "No class")]
    [InlineData("image,label\n{0},No class\n", "No class")]
    [InlineData("image,label\n{0},Owl\n", "Owl")]
    [InlineData("image,label\n{0},Owl|OWL\n", "Owl")]
    [InlineData("{{\"image\": \"{0}\", \"label\": [\"Robin\", \"Owl\"]}}", "Owl + Robin")]
    [InlineData("{{\"file_name\": \"{0}\", \"labels\": []}}", "No class")]
    [InlineData("{{\"file_name\": \"{0}\", \"labels\": [\"No class\", \"a|b\"]}}", "No class + a|b")]
    public async Task StartAsync_EachWayToSaySeveral_IsTheLabel(string table, string expected)
    {
        await using var lab = await StartAsync(1);

        var report = await TableAsync(lab, string.Format(null, table, (await lab.ImageAsync(lab.Images[0])).FileName));

        Assert.Equal((1, 0), (report.ToLabel, report.Problems.Count));
        Assert.Equal(expected, await LabelOfAsync(lab, lab.Images[0]));
    }

    [Theory]
    [InlineData("a|b", "a|b")]
    [InlineData("Owl + Robin", "Owl + Robin")]
    [InlineData("no CLASS", "No class")]
    public async Task StartAsync_CellThatSomethingIsCalled_IsThatAndNotSeveral(string cell, string expected)
    {
        await using var lab = await StartAsync(2);
        await lab.AddClassAsync("a|b");
        await DecideAsync(lab, lab.Images[1], lab.Owl, lab.Robin);

        var report = await TableAsync(lab, $"image,label\n{(await lab.ImageAsync(lab.Images[0])).FileName},{cell}\n");

        Assert.Empty(report.NewClasses);
        Assert.Equal(expected, await LabelOfAsync(lab, lab.Images[0]));
    }

    [Fact]
    public async Task StartAsync_RowsAgainstEachOtherAndAgainstWhatIsThere_AreToldApartBySetsOfClasses()
    {
        await using var lab = await StartAsync(4);
        string[] names = [.. (await Task.WhenAll(lab.Images.Select(lab.ImageAsync))).Select(image => image.FileName)];
        await DecideAsync(lab, lab.Images[0], lab.Robin, lab.Owl);
        await DecideAsync(lab, lab.Images[1]);

        var report = await TableAsync(
            lab,
            $"image,labels\n{names[0]},Owl|Robin\n{names[0]},Owl\n{names[1]},No class\n{names[1]},Owl|Wren\n{names[2]},Wren|Owl\n{names[2]},owl|wren\n{names[2]},Owl\n{names[3]},\n");

        Assert.Equal((8, 1, 3, 1, 3), (report.Rows, report.ToLabel, report.Already, report.WithoutClass, report.Conflicts));
        Assert.Equal(
            ["The image is labelled 'Owl + Robin': that label was kept.", "The image is labelled 'No class': that label was kept.", "A row before it says 'Wren + Owl': that one counts."],
            report.Problems.Select(problem => problem.Reason));
        Assert.Equal("Owl + Wren", await LabelOfAsync(lab, lab.Images[2]));
        Assert.Equal(
            ["No class", "Owl", "Owl + Robin", "Owl + Wren", "Robin", "Wren"],
            (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, Cancel)).Select(item => item.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task StartAsync_ClassesThatCannotBeGiven_AreRefusedAndMakeNothing()
    {
        await using var lab = await StartAsync(3);
        string[] names = [.. (await Task.WhenAll(lab.Images.Select(lab.ImageAsync))).Select(image => image.FileName)];
        await lab.Classes.CreateAsync(lab.UserId, lab.ProjectId, new NewClass("Nothing") { IsNegative = true }, Cancel);
        await lab.Classes.ArchiveAsync(lab.UserId, lab.ProjectId, lab.Robin, Cancel);

        var report = await TableAsync(lab, $"image,labels\n{names[0]},Nothing|Wren\n{names[1]},Owl|Robin\n{names[2]},Owl|{new string('x', 101)}\n");

        Assert.Equal((3, null), (report.Refused, report.Job));
        Assert.Equal(
            ["'Nothing' means that no other class fits, so it can't be given together with others. Choose one or the other.", "The class 'Robin' is archived. Restore it, or name another one.", "A class needs a name of 1 to 100 characters."],
            report.Problems.Select(problem => problem.Reason));
        Assert.Equal(["Owl", "Nothing", "Robin"], (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, Cancel)).Select(item => item.Name));
    }

    [Fact]
    public async Task StartAsync_ImageOfOneClassEach_TakesACellAsTheNameItIs()
    {
        await using var lab = await LabellingFixture.StartAsync(2);
        string[] names = [.. (await Task.WhenAll(lab.Images.Select(lab.ImageAsync))).Select(image => image.FileName)];

        var report = await TableAsync(lab, $"image,label,label\n{names[0]},Owl,Robin\n{names[1]},a|b\\,\n");

        Assert.Equal((names[0], "It names several classes ('Owl', 'Robin'), and in this project an image has one. Name one, or have the project's settings take several classes per image."), (report.Problems[0].Name, report.Problems[0].Reason));
        Assert.Equal(@"a|b\", await LabelOfAsync(lab, lab.Images[1]));
    }

    [Fact]
    public async Task StartAsync_TasksOfLabelStudio_TruthHoldsThenTheNewestAndNothingChosenIsALabel()
    {
        await using var lab = await StartAsync(6);
        var images = await Task.WhenAll(lab.Images.Select(lab.ImageAsync));
        var text = $$"""
            [
              {"data": {"image": "other.png"}, "meta": {"sha256": "{{images[0].Sha256}}"}, "annotations": [
                {"updated_at": "2026-02-01", "result": [{{Choices("Owl")}}]}, {"updated_at": "2026-01-01", "ground_truth": true, "result": [{{Choices("Robin", "Wren")}}]}]},
              {"data": {"image": "/data/upload/7/0a1b2c3d-{{Uri.EscapeDataString(images[1].FileName)}}"}, "annotations": [
                {"created_at": "2026-01-01", "result": [{{Choices("Owl")}}]}, {"created_at": "2026-02-01", "result": []}, {"created_at": "2026-03-01", "was_cancelled": true, "result": [{{Choices("Robin")}}]}]},
              {"data": {"photo": "{{images[2].FileName}}"}, "completions": [{"result": [{{Choices("Owl", "Robin")}}]}]},
              {"data": {"image": "{{images[3].FileName}}"}, "annotations": []},
              {"data": {"image": "{{images[4].FileName}}"}, "annotations": [{"result": [{"type": "rating", "value": {"rating": 3} } ]}]},
              {"data": {"image": "gone.png"}, "annotations": [{"result": [{{Choices("Owl")}}]}]}
            ]
            """;

        var report = await TableAsync(lab, text);

        Assert.Equal((6, 3, 2, 1), (report.Rows, report.ToLabel, report.WithoutClass, report.Unknown));
        Assert.Equal(["Robin + Wren", "No class", "Owl + Robin", null, null, null], await Task.WhenAll(lab.Images.Select(id => LabelOfAsync(lab, id))));
        Assert.Equal(6, Assert.Single(report.Problems).Row);
    }

    [Theory]
    [InlineData("[1, 2]")]
    [InlineData("[{\"data\": ")]
    public async Task StartAsync_NoListOfTasks_SaysSo(string text)
    {
        await using var lab = await StartAsync(1);

        Assert.Contains("list of tasks", (await Assert.ThrowsAsync<InvalidRequestException>(() => TableAsync(lab, text))).Message, StringComparison.Ordinal);
    }

    private static string Choices(params string[] names) =>
        $$"""{"from_name": "choice", "to_name": "image", "type": "choices", "value": {"choices": [{{string.Join(',', names.Select(name => $"\"{name}\""))}}] } }""";

    private static async Task<LabellingFixture> StartAsync(int images)
    {
        var lab = await LabellingFixture.StartAsync(images);
        await SeveralClasses.TakeAsync(lab);
        return lab;
    }

    private static Task<DecisionResult> DecideAsync(LabellingFixture lab, long image, params Guid[] classes) =>
        lab.DecideAsync(new Decision(Guid.NewGuid(), image, AnnotationKind.Label) { ClassIds = classes });

    private static async Task<string?> LabelOfAsync(LabellingFixture lab, long image)
    {
        var label = (await lab.ImageAsync(image)).LabelClassId;
        return (await lab.Classes.ListAsync(lab.UserId, lab.ProjectId, Cancel)).SingleOrDefault(item => item.Id == label)?.Name;
    }

    private static async Task<LabelTableReport> TableAsync(LabellingFixture lab, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var report = await lab.Studio.Get<LabelTables>().StartAsync(lab.UserId, lab.ProjectId, content, Cancel);
        await lab.Studio.Get<BulkJobs>().EndOfLastAsync(lab.UserId, lab.ProjectId);
        return report;
    }
}
