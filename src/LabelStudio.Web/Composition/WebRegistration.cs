using System.Text.Json.Serialization;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Api.MlBackend;
using LabelStudio.Web.Components;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using MudBlazor;
using MudBlazor.Services;

namespace LabelStudio.Web.Composition;

public static class WebRegistration
{
    public static IServiceCollection AddWeb(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
            options.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
            options.SnackbarConfiguration.VisibleStateDuration = 5000;
            // By default those with a button would stay until somebody closes them, over what the person works on.
            options.SnackbarConfiguration.RequireInteraction = false;
            options.SnackbarConfiguration.ShowTransitionDuration = 100;
            options.SnackbarConfiguration.HideTransitionDuration = 150;
        });
        services.AddScoped<UserActions>();
        services.AddSingleton<Api.GridSearch>();
        services.AddOptions<LabelStudioServerOptions>().BindConfiguration(LabelStudioServerOptions.Section);
        services.AddSingleton<LabelStudioImages>().AddSingleton<TaskPredictions>().AddSingleton<TaskLabels>();
        services.AddScoped<Pages.Classes.RecheckOffer>();
        services.AddHttpContextAccessor();
        services.AddAntiforgery(options => options.Cookie.Name = "studio-antiforgery");
        services.AddOpenApi("v1");
        services.AddProblemDetails();
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        services.AddExceptionHandler<ProblemAnswers>();
        services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: ["ready"]);
        services.AddRateLimiter(RateLimits.Configure);
        services.AddDataProtection().SetApplicationName("LabelStudio.Net");
        services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>()
            .Configure<StudioPaths, ILoggerFactory>((options, paths, logs) =>
                options.XmlRepository = new Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository(new DirectoryInfo(paths.Keys), logs));
        services.Configure<ForwardedHeadersOptions>(options => ConfigureProxy(options, configuration));
        return services;
    }

    /// <summary>Only the named proxies are believed; without any, forwarded headers are not read at all.</summary>
    private static void ConfigureProxy(ForwardedHeadersOptions options, IConfiguration configuration)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in configuration.GetSection("Studio:TrustedProxies").Get<string[]>() ?? [])
        {
            if (System.Net.IPNetwork.TryParse(proxy, out var network))
            {
                options.KnownIPNetworks.Add(network);
            }
            else
            {
                options.KnownProxies.Add(System.Net.IPAddress.Parse(proxy));
            }
        }
    }
}
