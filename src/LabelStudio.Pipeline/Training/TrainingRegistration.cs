using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Training;

public static class TrainingRegistration
{
    public static IServiceCollection AddTraining(this IServiceCollection services) => services
        .AddSingleton<TrainingMonitor>()
        .AddSingleton<RunCheckpoints>()
        .AddSingleton<RunRecords>()
        .AddSingleton<RunControl>()
        .AddSingleton<RunLeftovers>()
        .AddSingleton<TrainingReadiness>()
        .AddSingleton<RunLaunch>()
        .AddSingleton<TrainingQueue>()
        .AddSingleton<RunExemplars>()
        .AddSingleton<RunDispatch>()
        .AddSingleton<RunSupply>()
        .AddSingleton<RunEstimates>()
        .AddSingleton<RunWebhooks>()
        .AddHostedService<RunSupervision>();
}
