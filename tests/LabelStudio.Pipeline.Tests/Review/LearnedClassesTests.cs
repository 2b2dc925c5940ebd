using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Review;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Tests.Review;

/// <summary>Advice is about the classes that models learn, not about archived ones or those left out of training.</summary>
public sealed class LearnedClassesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatToLabelNext_ClassArchivedOrLeftOut_IsNotAdvisedOn(bool isArchived)
    {
        await using var fixture = await ReviewFixture.StartAsync(0);
        await fixture.TakeOutAsync(fixture.Classes[1], isArchived);

        var advice = await fixture.Get<WhatToLabelNext>().GetAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, Token);

        Assert.Equal([fixture.Classes[0], fixture.Classes[2]], advice.Select(item => item.ClassId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LearningCurve_ClassArchivedOrLeftOut_IsMeasuredWithoutItsImages(bool isArchived)
    {
        await using var fixture = await ReviewFixture.StartAsync(60);
        await fixture.LabelAllAsync();
        await using (var db = fixture.Studio.Open())
        {
            var heldOut = fixture.Images[30..].Select(image => image.Id).ToArray();
            await db.Images.Where(image => EF.Parameter(heldOut).Contains(image.Id)).ExecuteUpdateAsync(row => row.SetProperty(image => image.Split, Split.Test), Token);
        }
        await fixture.TakeOutAsync(fixture.Classes[1], isArchived);

        var curve = (await fixture.Get<LearningCurves>().MeasureAsync(fixture.Studio.UserId, fixture.Studio.ProjectId, Token))!;

        Assert.Equal((20, 20), (curve.Points[^1].Labels, curve.HeldOut));
    }
}
