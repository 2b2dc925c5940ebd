using LabelStudio.Pipeline.Projects;

namespace LabelStudio.Web.Tests.Security;

/// <summary>Every route of the program. A route that is missing here fails a test: decide who may use it.</summary>
internal static class RouteTable
{
    private const string Project = "/api/v1/projects/{projectId:guid}";
    private const string Run = "/api/v1/worker/runs/{runId:guid}";
    private const AccessScopes AnyUse = AccessScopes.Predict | AccessScopes.Label | AccessScopes.Train | AccessScopes.Promote;

    public static IReadOnlyList<RouteRule> All { get; } =
    [
        Open("GET", "/health/live"),
        Open("GET", "/health/ready"),
        Open("GET", "/account/login"),
        Open("GET", "/account/setup"),
        Open("GET", "/account/denied"),
        Open("GET", "/account/invitation/{Code}"),
        Open("GET", "/error"),

        SignedIn("GET", "/account/password"),
        SignedIn("POST", "/account/logout"),
        SignedIn("GET", "/not-found"),
        SignedIn("GET", "/api/v1/session"),
        SignedIn("GET", "/api/v1/keymap"),
        SignedIn("POST", "/api/v1/keymap"),

        Page("/", StudioRight.View),
        Page("/account/tokens", StudioRight.View),
        Page("/people", StudioRight.Administer),
        Page("/runs", StudioRight.View),
        Page("/projects/{ProjectId:guid}", StudioRight.View),
        Page("/projects/{ProjectId:guid}/settings", StudioRight.View),
        Page("/projects/{ProjectId:guid}/images", StudioRight.View),
        Page("/projects/{ProjectId:guid}/images/trash", StudioRight.ManageProject),
        Page("/projects/{ProjectId:guid}/classes", StudioRight.View),
        Page("/projects/{ProjectId:guid}/label", StudioRight.Label),
        Page("/projects/{ProjectId:guid}/runs", StudioRight.View),
        Page("/projects/{ProjectId:guid}/runs/new", StudioRight.Train),
        Page("/projects/{ProjectId:guid}/runs/compare", StudioRight.View),
        Page("/projects/{ProjectId:guid}/runs/{RunId:guid}", StudioRight.View),
        Page("/projects/{ProjectId:guid}/datasets", StudioRight.View),
        Page("/projects/{ProjectId:guid}/datasets/{VersionId:guid}", StudioRight.View),
        Page("/projects/{ProjectId:guid}/review", StudioRight.View),
        Page("/projects/{ProjectId:guid}/review/new-classes", StudioRight.View),
        Page("/projects/{ProjectId:guid}/review/comments", StudioRight.View),
        Page("/projects/{ProjectId:guid}/review/duplicates", StudioRight.View),
        Page("/projects/{ProjectId:guid}/review/agreement", StudioRight.View),
        Page("/projects/{ProjectId:guid}/review/next", StudioRight.View),
        Page("/projects/{ProjectId:guid}/review/me", StudioRight.Label),
        Page("/projects/{ProjectId:guid}/review/check", StudioRight.ManageClasses),
        Page("/projects/{ProjectId:guid}/review/adjudication", StudioRight.ManageClasses),
        Page("/projects/{ProjectId:guid}/models", StudioRight.View),
        Page("/projects/{ProjectId:guid}/models/{ModelId:guid}", StudioRight.View),
        Page("/projects/{ProjectId:guid}/models/{ModelId:guid}/evaluations/{EvaluationId:guid}", StudioRight.View),
        Page("/projects/{ProjectId:guid}/predict", StudioRight.View),

        Api("GET", "/openapi/{documentName}.json", StudioRight.View, AnyUse),
        Api("GET", "/images/{imageId:long}/{variant}", StudioRight.View, AnyUse),
        Api("GET", Project + "/images/ids", StudioRight.View, AnyUse),
        Api("POST", Project + "/images/counts", StudioRight.View, AnyUse),
        Api("GET", Project + "/images/groups", StudioRight.View, AnyUse),
        Api("POST", Project + "/images/tiles", StudioRight.View, AnyUse),
        Api("GET", Project + "/images/{imageId:long}/metadata", StudioRight.View, AnyUse),
        Api("POST", Project + "/images/metadata", StudioRight.Upload, AccessScopes.Label),
        Api("POST", Project + "/images/split", StudioRight.ManageProject, AccessScopes.None),
        Api("POST", Project + "/images/job", StudioRight.Label, AccessScopes.Label),
        Api("GET", Project + "/images/job", StudioRight.Label, AccessScopes.Label),
        Api("POST", Project + "/images/job/cancel", StudioRight.Label, AccessScopes.Label),
        Api("POST", Project + "/images/job/manage", StudioRight.ManageProject, AccessScopes.None),
        Api("POST", Project + "/images/split/undo", StudioRight.ManageProject, AccessScopes.None),
        Api("POST", Project + "/images/delete", StudioRight.ManageProject, AccessScopes.None),
        Api("POST", Project + "/images/restore", StudioRight.ManageProject, AccessScopes.None),
        Api("POST", Project + "/uploads/batches", StudioRight.Upload, AccessScopes.Label),
        Api("POST", Project + "/uploads/", StudioRight.Upload, AccessScopes.Label) with { IsForm = true },
        Api("POST", Project + "/uploads/labels", StudioRight.Upload, AccessScopes.Label) with { IsForm = true },
        Api("POST", Project + "/uploads/archive", StudioRight.Upload, AccessScopes.Label) with { IsForm = true },
        Api("GET", Project + "/export/{format}", StudioRight.View, AnyUse),
        Api("POST", Project + "/labelling/take", StudioRight.Label, AccessScopes.Label),
        Api("POST", Project + "/labelling/decisions", StudioRight.Label, AccessScopes.Label),
        Api("POST", Project + "/labelling/bulk", StudioRight.Label, AccessScopes.Label),
        Api("POST", Project + "/labelling/undo", StudioRight.Label, AccessScopes.Label),
        Api("POST", Project + "/labelling/redo", StudioRight.Label, AccessScopes.Label),
        Api("POST", Project + "/labelling/heartbeat", StudioRight.Label, AccessScopes.Label),
        Api("POST", Project + "/labelling/release", StudioRight.Label, AccessScopes.Label),
        Api("GET", Project + "/labelling/recent", StudioRight.Label, AccessScopes.Label),
        Api("GET", Project + "/labelling/skipped", StudioRight.Label, AccessScopes.Label),
        Api("GET", Project + "/runs/", StudioRight.View, AnyUse),
        Api("GET", Project + "/runs/{runId:guid}", StudioRight.View, AnyUse),
        Api("POST", Project + "/runs/", StudioRight.Train, AccessScopes.Train),
        Api("POST", Project + "/runs/{runId:guid}/cancel", StudioRight.Train, AccessScopes.Train),
        Api("POST", Project + "/runs/{runId:guid}/pause", StudioRight.Train, AccessScopes.Train),
        Api("POST", Project + "/runs/{runId:guid}/resume", StudioRight.Train, AccessScopes.Train),
        Api("POST", Project + "/runs/{runId:guid}/archive", StudioRight.Train, AccessScopes.Train),
        Api("POST", Project + "/runs/{runId:guid}/unarchive", StudioRight.Train, AccessScopes.Train),
        Api("GET", Project + "/webhook/", StudioRight.ManageProject, AccessScopes.None),
        Api("PUT", Project + "/webhook/", StudioRight.ManageProject, AccessScopes.None),
        Api("POST", Project + "/webhook/test", StudioRight.ManageProject, AccessScopes.None),
        Api("GET", Project + "/runs/preflight", StudioRight.View, AnyUse),
        Api("PUT", Project + "/runs/{runId:guid}/notes", StudioRight.Train, AccessScopes.Train),
        Api("GET", Project + "/models/history", StudioRight.View, AnyUse),
        Api("GET", Project + "/models/{modelId:guid}/gate", StudioRight.View, AnyUse),
        Api("GET", Project + "/models/{modelId:guid}/deletion", StudioRight.View, AnyUse),
        Api("GET", Project + "/models/{modelId:guid}/thresholds", StudioRight.View, AnyUse),
        Api("GET", Project + "/models/{modelId:guid}/evaluation", StudioRight.View, AnyUse),
        Api("POST", Project + "/models/{modelId:guid}/promote", StudioRight.Promote, AccessScopes.Promote),
        Api("POST", Project + "/models/{modelId:guid}/candidate", StudioRight.Promote, AccessScopes.Promote),
        Api("POST", Project + "/models/rollback", StudioRight.Promote, AccessScopes.Promote),
        Api("PUT", Project + "/models/{modelId:guid}/thresholds", StudioRight.Promote, AccessScopes.Promote),
        Api("DELETE", Project + "/models/{modelId:guid}", StudioRight.Promote, AccessScopes.Promote),
        Api("GET", Project + "/evaluations/", StudioRight.View, AnyUse),
        Api("GET", Project + "/evaluations/{evaluationId:guid}", StudioRight.View, AnyUse),
        Api("GET", Project + "/evaluations/{evaluationId:guid}/report", StudioRight.View, AnyUse),
        Api("POST", Project + "/evaluations/", StudioRight.Train, AccessScopes.Train),
        Api("PATCH", Project + "/evaluations/{evaluationId:guid}", StudioRight.Train, AccessScopes.Train),
        Api("POST", Project + "/evaluations/{evaluationId:guid}/cancel", StudioRight.Train, AccessScopes.Train),
        Api("DELETE", Project + "/evaluations/{evaluationId:guid}", StudioRight.Train, AccessScopes.Train),
        Api("GET", Project + "/models/", StudioRight.View, AnyUse),
        Api("GET", Project + "/models/{modelId:guid}", StudioRight.View, AnyUse),
        Api("GET", Project + "/models/{modelId:guid}/files/{file}", StudioRight.View, AnyUse),
        Api("GET", Project + "/models/{modelId:guid}/bundle", StudioRight.View, AnyUse),
        Api("GET", Project + "/models/{modelId:guid}/card", StudioRight.View, AnyUse),
        Api("GET", Project + "/models/{modelId:guid}/card.md", StudioRight.View, AnyUse),
        Api("GET", Project + "/datasets/", StudioRight.View, AnyUse),
        Api("POST", Project + "/datasets/", StudioRight.Train, AccessScopes.Train),
        Api("GET", Project + "/datasets/{versionId:guid}/difference", StudioRight.View, AnyUse),
        Api("GET", Project + "/datasets/{versionId:guid}/restore", StudioRight.View, AnyUse),
        Api("POST", Project + "/datasets/{versionId:guid}/restore", StudioRight.ManageProject, AccessScopes.None),
        Api("GET", Project + "/datasets/{versionId:guid}/files/{format}", StudioRight.View, AnyUse),
        Api("POST", Project + "/predict/", StudioRight.View, AccessScopes.Predict) with { IsForm = true },
        Api("POST", Project + "/predict/batch", StudioRight.View, AccessScopes.Predict),
        MlBackend("GET", "/"),
        MlBackend("GET", "/health"),
        MlBackend("GET", "/metrics"),
        MlBackend("GET", "/versions"),
        MlBackend("POST", "/setup"),
        MlBackend("POST", "/validate"),
        MlBackend("POST", "/predict"),
        MlBackend("POST", "/webhook"),
        MlBackend("POST", "/train") with { Right = StudioRight.Train, Scopes = AccessScopes.Train },
        MlBackend("POST", "/job_status"),
        MlBackend("POST", "/duplicate_model"),
        MlBackend("POST", "/delete"),

        Api("GET", "/hubs/training", StudioRight.View, AnyUse),
        Api("POST", "/hubs/training/negotiate", StudioRight.View, AnyUse),
        Worker("GET", "/hubs/worker"),
        Worker("POST", "/hubs/worker/negotiate"),
        Worker("GET", Run + "/dataset"),
        Worker("POST", Run + "/embeddings"),
        Worker("GET", Run + "/images/{imageId:long}"),
        Worker("GET", Run + "/parent"),
        Worker("GET", Run + "/promoted"),
        Worker("GET", Run + "/extractor"),
        Worker("GET", Run + "/checkpoint"),
        Worker("PUT", Run + "/checkpoint"),
        Worker("PUT", Run + "/result"),
    ];

    /// <summary>Static files and what the framework maps for circuits: the first are open, the second need a sign-in by the fallback policy.</summary>
    public static bool IsOfTheFramework(string pattern) =>
        pattern.StartsWith("/_blazor", StringComparison.Ordinal) || pattern.StartsWith("/_framework", StringComparison.Ordinal)
        || pattern == "/{**path:file}";

    private static RouteRule Open(string method, string pattern) => new(method, pattern, IsOpen: true);

    private static RouteRule SignedIn(string method, string pattern) => new(method, pattern);

    private static RouteRule Page(string pattern, StudioRight right) => new("GET", pattern, right, right switch
    {
        StudioRight.View => AnyUse,
        StudioRight.Label => AccessScopes.Label,
        StudioRight.Train => AccessScopes.Train,
        _ => AccessScopes.None,
    });

    private static RouteRule MlBackend(string method, string pattern) =>
        new(method, $"{Project}/ml-backend{pattern}", StudioRight.View, AccessScopes.Predict) { IsForPrograms = true };

    private static RouteRule Worker(string method, string pattern) =>
        new(method, pattern, Scopes: AccessScopes.Worker) { IsForPrograms = true };

    private static RouteRule Api(string method, string pattern, StudioRight right, AccessScopes scopes) => new(method, pattern, right, scopes);
}
