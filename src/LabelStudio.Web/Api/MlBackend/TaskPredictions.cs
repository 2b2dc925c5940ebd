using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Serving;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Web.Api.MlBackend;

/// <summary>Answers tasks of Label Studio with the promoted model.</summary>
public sealed class TaskPredictions(ModelRegistry models, PredictionService predictions, ClassCatalog classes, LabelStudioImages images, ILogger<TaskPredictions> log)
{
    // Fetching and predicting overlap; more at once would only wait for the same cores.
    private const int AtOnce = 4;

    /// <summary>One answer for each task, in the same order. A task whose picture cannot be had has an empty answer.</summary>
    /// <exception cref="ConflictException">No task can be answered: no model is promoted, or Label Studio gives no pictures.</exception>
    internal async Task<IReadOnlyList<TaskAnswer>> AnswerAsync(
        Guid userId, Guid projectId, IReadOnlyList<TasksRequest.Item> tasks, LabelConfig config, CancellationToken cancellationToken)
    {
        var model = await models.FindAsync(userId, projectId, ModelAlias.Production, cancellationToken);
        var choices = new ChoicesOfLabels(config, await classes.CombinationsAsync(userId, projectId, cancellationToken));
        var answers = new TaskAnswer[tasks.Count];
        await Parallel.ForEachAsync(
            tasks.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (task, stop) => answers[task.Index] = await AnswerAsync(userId, model, task.Item, config, choices, stop));
        return answers;
    }

    private async Task<TaskAnswer> AnswerAsync(
        Guid userId, ModelSummary model, TasksRequest.Item task, LabelConfig config, ChoicesOfLabels choices, CancellationToken cancellationToken)
    {
        try
        {
            var address = task.Text(config.DataKey) ?? throw new InvalidRequestException($"The task's data has no text '{config.DataKey}'. Look at the interface's <Image value=\"…\"/>.");
            var image = await images.FetchAsync(address, cancellationToken);
            var result = await predictions.PredictWithAsync(userId, model.Id, image, int.MaxValue, cancellationToken);
            // A label is chosen as a whole; by class, each would be told with others' share in it.
            return choices.Best(result.Set?.Labels ?? result.Classes) is var (best, probability) ? TaskAnswer.Of(model.Name, config, best, probability) : TaskAnswer.None(model.Name);
        }
        catch (Exception error) when (error is ImageRefusedException or InvalidRequestException)
        {
            log.LogWarning("A task of Label Studio was not answered in project {ProjectId}: {Reason}", model.ProjectId, error.Message);
            return TaskAnswer.None(model.Name);
        }
    }
}
