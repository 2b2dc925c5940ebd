using System.Globalization;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;

namespace LabelStudio.Web.Webhooks;

/// <summary>Tells webhooks of ended runs. What came of it is in the run's log.</summary>
public sealed class WebhookDelivery(
    RunWebhooks webhooks, WebhookSender sender, EvaluationReports reports, TrainingMonitor monitor, ProjectCatalog projects, TimeProvider clock)
{
    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    /// <summary>Tries once to tell every end that is due.</summary>
    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        foreach (var notice in await webhooks.DueAsync(cancellationToken))
        {
            var report = notice.Run.ModelVersionId is { } modelId ? await reports.FindAsync(modelId, cancellationToken) : null;
            var failure = await sender.SendAsync(notice.Webhook, RunMessage.Of(notice, report, Now), cancellationToken);
            if (failure is null)
            {
                await webhooks.ToldAsync(notice, cancellationToken);
                monitor.Log(notice.Run.Id, $"The webhook at {new Uri(notice.Webhook.Url).Authority} was told that the run ended.");
            }
            else
            {
                var pause = await webhooks.FailedAsync(notice, cancellationToken);
                var then = pause is { } wait
                    ? string.Create(CultureInfo.InvariantCulture, $"The next try is in {wait.TotalSeconds:0} seconds.")
                    : "It is not tried again: look at the address in the project's settings.";
                monitor.Log(notice.Run.Id, $"The webhook was not told that the run ended (try {notice.Run.NoticeAttempts + 1} of {RunWebhooks.MostAttempts}): {failure} {then}");
            }
        }
    }

    /// <summary>Sends a test message. Needs the right to manage the project.</summary>
    /// <exception cref="ConflictException">It was not taken.</exception>
    public async Task TestAsync(Guid userId, Guid projectId, CancellationToken cancellationToken)
    {
        var webhook = await webhooks.FindAsync(userId, projectId, cancellationToken)
            ?? throw new InvalidRequestException("No webhook is set. Save an address first, then send a test.");
        var project = await projects.GetAsync(userId, projectId, cancellationToken);
        if (await sender.SendAsync(webhook, RunMessage.Test(projectId, project.Name, webhook, Now), cancellationToken) is { } failure)
        {
            throw new ConflictException($"The test message was not taken: {failure} Look at the address and at what listens there.");
        }
    }
}
