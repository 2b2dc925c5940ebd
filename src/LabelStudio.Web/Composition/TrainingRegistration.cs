using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using LabelStudio.Web.Api;
using LabelStudio.Web.Hubs;
using LabelStudio.Web.Webhooks;
using LabelStudio.Web.Worker;
using Microsoft.Extensions.Options;

namespace LabelStudio.Web.Composition;

public static class TrainingRegistration
{
    /// <summary>Hubs, webhooks, and the trainer that the server starts on its own machine.</summary>
    public static IServiceCollection AddTrainers(this IServiceCollection services)
    {
        services.AddSignalR().AddHubOptions<WorkerHub>(hub => hub.MaximumReceiveMessageSize = WorkerHub.MaximumMessageBytes);
        services.AddOptions<PromotionOptions>().BindConfiguration(PromotionOptions.Section);
        services.AddOptions<LocalTrainerOptions>().BindConfiguration(LocalTrainerOptions.Section)
            .PostConfigure<StudioPaths>((options, paths) => options.WorkFolder = options.WorkFolder.Length > 0 ? options.WorkFolder : paths.Trainer);
        services.AddOptions<RunEstimatesOptions>().Configure<IOptions<LocalTrainerOptions>>((estimates, trainer) => estimates.Threads = trainer.Value.ThreadCount);
        return services
            .AddSingleton<LocalWorkerToken>()
            .AddSingleton<RunFollowers>()
            .AddHostedService<WorkerOrders>()
            .AddSingleton<WebhookSender>()
            .AddSingleton<WebhookDelivery>()
            .AddHostedService<WebhookWorker>()
            .AddSingleton<LocalTrainer>()
            .AddHostedService(provider => provider.GetRequiredService<LocalTrainer>());
    }

    public static IEndpointRouteBuilder MapTrainers(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapHub<TrainingHub>(TrainingHub.Path);
        app.MapHub<WorkerHub>(WorkerHub.Path);
        return app.MapWorker();
    }
}
