using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Training;

public static class TrainingRegistration
{
    public static IServiceCollection AddTraining(this IServiceCollection services) => services;
}
