using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Evaluation;

public static class EvaluationRegistration
{
    public static IServiceCollection AddEvaluation(this IServiceCollection services) => services
        .AddSingleton<EvaluationReports>()
        .AddSingleton<EvaluationSlices>()
        .AddSingleton<CommonEvaluations>()
        .AddSingleton<EvaluationExecution>()
        .AddSingleton<EvaluationWorker>()
        .AddSingleton<NamedEvaluations>()
        .AddHostedService(provider => provider.GetRequiredService<EvaluationWorker>());
}
