using Bunit;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Review;
using LabelStudio.Web.Pages.Review;
using LabelStudio.Web.Tests.Hosting;

namespace LabelStudio.Web.Tests.Review;

public sealed class DuplicateSetCardTests : BunitContext
{
    private readonly ClassInfo _hat = DoubtCardTests.Class("hat");
    private readonly ClassInfo _cap = DoubtCardTests.Class("cap");

    [Fact]
    public void Card_TrainAndTest_WarnsAndOffersToMoveTheGroup()
    {
        Split? moved = null;
        var card = Show([Image(1, Split.Train), Image(2, Split.Test)], onMove: split => moved = split);

        Assert.Contains("in test and elsewhere", card.Markup, StringComparison.Ordinal);
        card.Do(() => card.Find("select").Change(nameof(Split.Train)));

        Assert.Equal(["training", "test"], card.FindAll(".facts .badge").Select(badge => badge.TextContent));
        Assert.Equal(Split.Train, moved);
    }

    [Fact]
    public void Card_OneSplitOneLabel_WarnsOfNothing()
    {
        var card = Show([Image(1, Split.Train, _hat), Image(2, Split.Train, _hat)]);

        Assert.Empty(card.FindAll(".badge-danger"));
        Assert.Empty(card.FindAll("select"));
    }

    [Fact]
    public void Card_TwoLabels_SaysThatTheyDiffer()
    {
        var card = Show([Image(1, Split.Train, _hat), Image(2, Split.Train, _cap)]);

        Assert.Equal("labels differ", card.Find(".badge-danger").TextContent);
    }

    [Fact]
    public void KeepOnlyThis_Pressed_NamesItsImage()
    {
        NearDuplicateImage? kept = null;
        var card = Show([Image(1, Split.Train), Image(2, Split.Train)], onKeep: image => kept = image);

        card.Do(() => card.FindAll(".image button")[1].Click());

        Assert.Equal(2, kept!.ImageId);
    }

    [Fact]
    public void Card_WithoutRights_HasNoCommands()
    {
        var card = Show([Image(1, Split.Train), Image(2, Split.Test)], canLabel: false, canMove: false);

        Assert.Empty(card.FindAll("button, select"));
    }

    private IRenderedComponent<DuplicateSetCard> Show(
        NearDuplicateImage[] images,
        bool canLabel = true,
        bool canMove = true,
        Action<NearDuplicateImage>? onKeep = null,
        Action<Split>? onMove = null) => Render<DuplicateSetCard>(p => p
        .Add(card => card.Set, new NearDuplicateSet(images))
        .Add(card => card.Classes, new Dictionary<Guid, ClassInfo> { [_hat.Id] = _hat, [_cap.Id] = _cap })
        .Add(card => card.CanLabel, canLabel)
        .Add(card => card.CanMove, canMove)
        .Add(card => card.OnKeep, onKeep ?? (_ => { }))
        .Add(card => card.OnMove, onMove ?? (_ => { })));

    private static NearDuplicateImage Image(long id, Split split, ClassInfo? label = null) => new(
        id, "aa", $"image-{id}.jpg", label is null ? ImageState.Unlabelled : ImageState.Labelled, label?.Id, split, 400, 300, 5000);
}
