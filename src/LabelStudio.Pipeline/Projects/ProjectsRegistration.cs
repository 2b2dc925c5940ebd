using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Pipeline.Projects;

public static class ProjectsRegistration
{
    public static IServiceCollection AddProjects(this IServiceCollection services) => services
        .AddSingleton<ProjectAccess>()
        .AddSingleton<ProjectCatalog>()
        .AddSingleton<InvitationService>()
        .AddSingleton<AccessTokens>()
        .AddSingleton<PeopleDirectory>();
}
