using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Intake;

public static class IntakeRegistration
{
    public static IServiceCollection AddIntake(this IServiceCollection services) => services
        .AddSingleton<ImportBatches>()
        .AddSingleton<UploadInspector>()
        .AddSingleton<ImageIntake>()
        .AddSingleton<ArchiveIntake>()
        .AddSingleton<ImageFiles>()
        .AddSingleton<UnusedFiles>()
        .AddHostedService(provider => provider.GetRequiredService<UnusedFiles>())
        .AddSingleton<ImageMetadata>()
        .AddSingleton<ImageTrash>()
        .AddSingleton<TrashDeletion>()
        .AddHostedService(provider => provider.GetRequiredService<TrashDeletion>())
        .AddSingleton<SplitMoves>()
        .AddSingleton<ImageLibrary>();
}
