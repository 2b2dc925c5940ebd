using LabelStudio.Pipeline.Intake;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Hands out the images that were labelled before a class existed: it may be the right one for some of them.</summary>
public sealed class RecheckQueue(LabellingQueue queue, ClassCatalog classes, ImageLibrary images)
{
    /// <param name="held">Images the page has already: not handed out again.</param>
    public async Task<RecheckTasks> TakeAsync(
        Guid userId, Guid projectId, Guid classId, int count, IReadOnlyCollection<long> held, CancellationToken cancellationToken)
    {
        var known = (await classes.ListAsync(userId, projectId, cancellationToken)).FirstOrDefault(item => item.Id == classId && !item.IsCombination)
            ?? throw new Storage.NotFoundException("The class whose earlier images were to be checked does not exist in this project. Go back to the classes.");
        var filter = new ImageFilter { LabelledBefore = known.SinceOntologyVersion, Sort = ImageSort.Oldest };
        var tasks = await queue.TakeMatchingAsync(userId, projectId, filter, afterId: null, count, held, cancellationToken);
        return new RecheckTasks(tasks, await images.CountAsync(userId, projectId, filter, cancellationToken));
    }
}
