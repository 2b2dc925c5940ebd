using LabelStudio.Learning.Training;
using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Review;

public sealed class LaunchInspectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inspect_TwoClassesJoined_CountsTheStaleLabelsOfEach()
    {
        await using var fixture = await StartAsync();
        var (crow, finch) = (await AddClassAsync(fixture, "crow", 2), await AddClassAsync(fixture, "finch", 3));

        var findings = await InspectAsync(fixture, Preflight(crow, finch), null);

        Assert.Equal(
            [(crow, "7 labels were given before crow existed and may be stale."), (finch, "9 labels were given before finch existed and may be stale.")],
            Of(findings, LaunchCheckKind.StaleLabels).Select(check => (check.ClassId!.Value, check.Text)));
        Assert.Equal("1 image has no label and takes no part.", Assert.Single(Of(findings, LaunchCheckKind.Unlabelled)).Text);
    }

    [Fact]
    public async Task Inspect_FrozenVersion_SpeaksOfItsLabelsAndNotOfThoseOfNow()
    {
        await using var fixture = await StartAsync();
        var version = (await fixture.Get<DatasetSnapshots>().CreateAsync(fixture.Studio.ProjectId, Token)).Id;
        var (crow, finch) = (await AddClassAsync(fixture, "crow", 2), await AddClassAsync(fixture, "finch", 3));
        // One label is another now, one was confirmed after both classes had joined.
        await SetAsync(fixture, 0, image => (image.LabelClassId, image.LabelOntologyVersion) = (crow, 3));
        await SetAsync(fixture, 1, image => image.LabelOntologyVersion = 3);

        var findings = await InspectAsync(fixture, Preflight(crow, finch), version);

        Assert.Equal([(crow, "5 labels"), (finch, "7 labels")], Of(findings, LaunchCheckKind.StaleLabels).Select(check => (check.ClassId!.Value, check.Text[..8])));
        Assert.StartsWith("1 label of this version was changed or taken away", Assert.Single(Of(findings, LaunchCheckKind.ChangedLabels)).Text, StringComparison.Ordinal);
        Assert.Empty(Of(findings, LaunchCheckKind.Unlabelled));
        Assert.Empty(Of(await InspectAsync(fixture, Preflight(crow, finch), null), LaunchCheckKind.ChangedLabels));
    }

    [Fact]
    public async Task Inspect_CopiesAcrossTheSplitsOfAVersion_AreSaidOfItThoughTheyWereMovedSince()
    {
        await using var fixture = await StartAsync();
        // Images 1 and 4 show the same.
        foreach (var index in Enumerable.Range(0, 10))
        {
            var path = fixture.Get<BlobStore>().PathOf(fixture.Images[index].Sha256, fixture.Images[index].Extension);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, TestPictures.Draw(index == 4 ? 1 : index), Token);
        }
        await SetAsync(fixture, 4, image => image.Split = Split.Test);
        var version = (await fixture.Get<DatasetSnapshots>().CreateAsync(fixture.Studio.ProjectId, Token)).Id;
        Assert.Single(Of(await InspectAsync(fixture, Preflight(), null), LaunchCheckKind.DuplicatesNotLookedFor));
        await fixture.Get<NearDuplicates>().FindAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, again: false, progress: null, Token);
        await SetAsync(fixture, 4, image => image.Split = Split.Train);

        var (now, frozen) = (await InspectAsync(fixture, Preflight(), null), await InspectAsync(fixture, Preflight(), version));

        Assert.Single(Of(now, LaunchCheckKind.NoDuplicatesAcrossSplits));
        Assert.Empty(now.CrossingImageIds);
        Assert.Single(Of(frozen, LaunchCheckKind.DuplicatesAcrossSplits));
        Assert.Equal([fixture.Images[1].Id, fixture.Images[4].Id], frozen.CrossingImageIds.Order());
        await fixture.Studio.AddImagesAsync(1);
        Assert.Single(Of(await InspectAsync(fixture, Preflight(), null), LaunchCheckKind.DuplicatesOutdated));
        Assert.DoesNotContain("there may be more", Assert.Single(Of(await InspectAsync(fixture, Preflight(), version), LaunchCheckKind.DuplicatesAcrossSplits)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Launch_WhatTheChecksFound_IsKeptWithTheRunAsItStood()
    {
        await using var fixture = await StartAsync();
        var studio = fixture.Studio;

        var runId = await fixture.Get<LaunchInspection>().LaunchAsync(
            studio.UserId, studio.ProjectId, new LaunchRequest(TrainingPlan.Quick, null, FromPretrained: true), Token);
        await studio.LabelAsync((fixture.Images[9].Id, fixture.Classes[0]));

        var checks = (await fixture.Get<TrainingQueue>().GetAsync(studio.UserId, runId, Token)).Checks!;
        Assert.Contains(checks, check => check is { Kind: LaunchCheckKind.Data, IsWarning: true } && check.Text.Contains("validation split", StringComparison.Ordinal));
        Assert.Contains(checks, check => check.Kind == LaunchCheckKind.Unlabelled && check.Text.StartsWith("1 image has no label", StringComparison.Ordinal));
        Assert.Contains(checks, check => check.Kind == LaunchCheckKind.DuplicatesNotLookedFor);
    }

    [Fact]
    public async Task Inspect_CombinationsThatAreNewOrRare_MakeNoLabelStaleAndNothingImbalanced()
    {
        await using var fixture = await StartAsync();
        var crow = await AddClassAsync(fixture, "crow", 1);
        var finch = await AddClassAsync(fixture, "finch", 3);
        ClassReadiness[] labels =
        [
            new(crow, "crow", "#336699", 30, 5, 5, IsNew: false),
            new(fixture.Classes[0], "owl", "#336699", 2, 5, 5, IsNew: false),
            new(finch, "crow + owl", "#336699", 20, 5, 5, IsNew: true) { MemberIds = [crow, fixture.Classes[0]] },
            new(Guid.NewGuid(), "No class", "#336699", 1, 0, 0, IsNew: true) { MemberIds = [] },
        ];

        var findings = await InspectAsync(fixture, Preflight() with { Classes = ClassReadiness.WithOthers(labels, labels) }, null);
        var alone = await InspectAsync(fixture, Preflight() with { Classes = labels[..2] }, null);

        Assert.Empty(Of(findings, LaunchCheckKind.StaleLabels).Concat(Of(findings, LaunchCheckKind.Imbalance)));
        Assert.Single(Of(alone, LaunchCheckKind.Imbalance));
    }

    /// <summary>Nine labelled images and one without; seven labels were given under the first list of classes, two under the second.</summary>
    private static async Task<ReviewFixture> StartAsync()
    {
        var fixture = await ReviewFixture.StartAsync(10);
        await fixture.LabelAllAsync();
        await using var db = fixture.Studio.Open();
        var images = await db.Images.OrderBy(image => image.Id).ToListAsync(Token);
        foreach (var (index, image) in images.Index())
        {
            image.LabelOntologyVersion = index < 7 ? 1 : 2;
        }
        images[9].ClearLabel(fixture.Studio.UserId, DateTime.UnixEpoch);
        await db.SaveChangesAsync(Token);
        return fixture;
    }

    private static async Task<Guid> AddClassAsync(ReviewFixture fixture, string name, int sinceOntologyVersion)
    {
        await using var db = fixture.Studio.Open();
        var item = new ClassDefinition
        {
            Id = Guid.CreateVersion7(),
            ProjectId = fixture.Studio.ProjectId,
            Name = name,
            NormalizedName = name.ToUpperInvariant(),
            Colour = "#336699",
            Position = 10 + sinceOntologyVersion,
            CreatedUtc = DateTime.UnixEpoch,
            SinceOntologyVersion = sinceOntologyVersion,
        };
        db.Classes.Add(item);
        await db.SaveChangesAsync(Token);
        return item.Id;
    }

    private static async Task SetAsync(ReviewFixture fixture, int index, Action<ImageRecord> change)
    {
        var id = fixture.Images[index].Id;
        await using var db = fixture.Studio.Open();
        change(await db.Images.SingleAsync(image => image.Id == id, Token));
        await db.SaveChangesAsync(Token);
    }

    private static Preflight Preflight(params Guid[] added) => new(
        [.. added.Select(id => new ClassReadiness(id, "joined", "#336699", 5, 5, 5, IsNew: true))], Guid.CreateVersion7(), "Model 1", 0, [], null);

    private static Task<LaunchFindings> InspectAsync(ReviewFixture fixture, Preflight preflight, Guid? version) =>
        fixture.Get<LaunchInspection>().InspectAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, preflight, version, Token);

    private static IEnumerable<LaunchCheck> Of(LaunchFindings findings, LaunchCheckKind kind) => findings.Checks.Where(check => check.Kind == kind);
}
