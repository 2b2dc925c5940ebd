using LabelStudio.Learning.Native;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using LabelStudio.Web.Api;
using LabelStudio.Web.Api.MlBackend;
using LabelStudio.Web.Components;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace LabelStudio.Web.Composition;

public static class StudioPipeline
{
    /// <summary>What must be done before the first request.</summary>
    public static async Task PrepareAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(app);
        NativeLibraries.Initialize(Environment.ProcessorCount);
        await app.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(cancellationToken);
        await app.Services.GetRequiredService<AdministratorFromSettings>().RunAsync(cancellationToken);
    }

    /// <summary>Everything a request passes, in this order.</summary>
    public static WebApplication UseStudio(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Configuration.GetSection("Studio:TrustedProxies").GetChildren().Any())
        {
            app.UseForwardedHeaders();
        }

        if (app.Configuration["Studio:PathBase"] is { Length: > 1 } pathBase)
        {
            app.UsePathBase(pathBase);
        }

        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseWhen(
            context => RequestKinds.IsPage(context.Request),
            pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));
        app.UseMiddleware<FirstStartRedirect>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseMiddleware<ApiAntiforgery>();
        app.UseAntiforgery();
        return app;
    }

    public static WebApplication MapStudio(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapStaticAssets().AllowAnonymous();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") }).AllowAnonymous();
        app.MapAccount();
        app.MapSession().MapImages().MapUploads().MapLabelling().MapKeymap().MapGrid().MapBulkJobs().MapExports().MapPredict().MapMlBackend()
            .MapRuns().MapModels().MapModelActs().MapEvaluations().MapDatasets().MapWebhooks().MapTrainers();
        app.MapOpenApi("/openapi/{documentName}.json").RequireAuthorization(nameof(StudioRight.View));
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
