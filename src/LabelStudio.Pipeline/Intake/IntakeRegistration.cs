using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Intake;

public static class IntakeRegistration
{
    public static IServiceCollection AddIntake(this IServiceCollection services) => services
        .AddSingleton<ImageIntake>()
        .AddSingleton<ImageLibrary>();
}
