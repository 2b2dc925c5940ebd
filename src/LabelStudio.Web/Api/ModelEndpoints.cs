using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using LabelStudio.Pipeline.Evaluation;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace LabelStudio.Web.Api;

/// <summary>Model versions from a program: list, look, download.</summary>
public static class ModelEndpoints
{
    public static IEndpointRouteBuilder MapModels(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var models = app.MapGroup("/api/v1/projects/{projectId:guid}/models")
            .RequireAuthorization(nameof(StudioRight.View))
            .WithTags("Models");
        models.MapGet("", ListAsync).WithSummary("The project's model versions, newest first; the promoted one is marked.");
        models.MapGet("{modelId:guid}", GetAsync).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("One model version.");
        models.MapGet("{modelId:guid}/files/{file}", DownloadAsync).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("A file of a model version: model.onnx, model.safetensors or manifest.json.");
        models.MapGet("{modelId:guid}/bundle", BundleAsync).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).WithSummary("Everything to use the model elsewhere as one zip archive.");
        models.MapGet("{modelId:guid}/evaluation", EvaluationAsync).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("What the model achieves on its test images: figures, confusion matrix, and the comparison with the model before.");
        models.MapGet("{modelId:guid}/card", CardAsync).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("The model card as JSON.");
        models.MapGet("{modelId:guid}/card.md", CardTextAsync).ProducesProblem(StatusCodes.Status404NotFound).WithSummary("The model card as Markdown.");
        return app;
    }

    private static async Task<Ok<IReadOnlyList<ModelAnswer>>> ListAsync(
        Guid projectId, ClaimsPrincipal principal, [FromServices] ModelRegistry models, CancellationToken cancellationToken)
    {
        var all = await models.ListAsync(principal.UserId(), projectId, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<ModelAnswer>>([.. all.Select(ModelAnswer.Of)]);
    }

    private static async Task<Ok<ModelAnswer>> GetAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, [FromServices] ModelRegistry models, CancellationToken cancellationToken) =>
        TypedResults.Ok(ModelAnswer.Of(await ModelOfAsync(projectId, modelId, principal, models, cancellationToken)));

    private static async Task<PhysicalFileHttpResult> DownloadAsync(
        Guid projectId, Guid modelId, string file, ClaimsPrincipal principal, [FromServices] ModelRegistry models, CancellationToken cancellationToken)
    {
        var model = await ModelOfAsync(projectId, modelId, principal, models, cancellationToken);
        var path = await models.FindFileAsync(principal.UserId(), modelId, file, cancellationToken)
            ?? throw new NotFoundException($"{model.Name} has no file '{file}'. Take model.onnx, model.safetensors or manifest.json.");
        var name = string.Create(CultureInfo.InvariantCulture, $"model-{model.Number}{Path.GetExtension(file)}");
        return TypedResults.PhysicalFile(path, file.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "application/octet-stream", name, enableRangeProcessing: true);
    }

    private static async Task<FileStreamHttpResult> BundleAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, [FromServices] ModelBundles bundles, [AsParameters] ModelCardSources sources, CancellationToken cancellationToken)
    {
        var model = await ModelOfAsync(projectId, modelId, principal, sources.Models, cancellationToken);
        var card = await sources.CardAsync(principal.UserId(), model, cancellationToken);
        var files = new Dictionary<string, string>
        {
            ["model-card.md"] = ModelCardText.Of(card),
            ["model-card.json"] = JsonSerializer.Serialize(card, JsonSerializerOptions.Web),
        };
        return TypedResults.Stream(await bundles.PackAsync(principal.UserId(), modelId, files, cancellationToken), "application/zip", ModelBundles.FileName(model.Number));
    }

    private static async Task<Ok<EvaluationReport>> EvaluationAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, [FromServices] ModelRegistry models, [FromServices] EvaluationReports reports, CancellationToken cancellationToken)
    {
        await ModelOfAsync(projectId, modelId, principal, models, cancellationToken);
        return TypedResults.Ok(await reports.GetAsync(principal.UserId(), modelId, cancellationToken));
    }

    private static async Task<Ok<ModelCard>> CardAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, HttpResponse response, [AsParameters] ModelCardSources sources, CancellationToken cancellationToken)
    {
        var model = await ModelOfAsync(projectId, modelId, principal, sources.Models, cancellationToken);
        var card = await sources.CardAsync(principal.UserId(), model, cancellationToken);
        // A browser saves it as its neighbours in the menu; other programs do not look at this.
        response.Headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=model-{model.Number}-card.json");
        return TypedResults.Ok(card);
    }

    private static async Task<FileContentHttpResult> CardTextAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, [AsParameters] ModelCardSources sources, CancellationToken cancellationToken)
    {
        var model = await ModelOfAsync(projectId, modelId, principal, sources.Models, cancellationToken);
        var text = ModelCardText.Of(await sources.CardAsync(principal.UserId(), model, cancellationToken));
        return TypedResults.File(Encoding.UTF8.GetBytes(text), "text/markdown; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"model-{model.Number}.md"));
    }

    /// <summary>A version of the project of the address: one of another project must not be reached through it.</summary>
    internal static async Task<ModelSummary> ModelOfAsync(
        Guid projectId, Guid modelId, ClaimsPrincipal principal, ModelRegistry models, CancellationToken cancellationToken)
    {
        var model = await models.GetAsync(principal.UserId(), modelId, cancellationToken);
        return model.ProjectId == projectId
            ? model
            : throw new NotFoundException($"The project has no model version '{modelId}'. Take one from the project's list of models.");
    }
}
