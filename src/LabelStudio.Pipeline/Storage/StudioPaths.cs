using LabelStudio.Learning.Backbones;
using Microsoft.Extensions.Options;

namespace LabelStudio.Pipeline.Storage;

/// <summary>Where each kind of file lies below the data folder. Asking for a folder makes it.</summary>
public sealed class StudioPaths
{
    public StudioPaths(IOptions<StudioOptions> options)
        : this(options.Value)
    {
    }

    public StudioPaths(StudioOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Root = Path.GetFullPath(options.DataPath);
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    public string Database => Path.Combine(Root, "studio.db");

    public string Images => Folder("images");

    public string Thumbnails => Folder("thumbnails");

    public string Embeddings => Folder("embeddings");

    public string Datasets => Folder("datasets");

    public string Runs => Folder("runs");

    public string Models => Folder("models");

    /// <summary>Results of evaluations that were asked for after a model was made.</summary>
    public string Evaluations => Folder("evaluations");

    /// <summary>Feature extractors that users brought.</summary>
    public string Extractors => Folder("extractors");

    public string Keys => Folder("keys");

    public string Backups => Folder("backups");

    public string Exports => Folder("exports");

    /// <summary>What the server's own trainer needs only while it runs; it may be deleted when the server is stopped.</summary>
    public string Trainer => Folder("trainer");

    /// <summary>Files on their way in; whatever lies here at start is left over and may be deleted.</summary>
    public string Uploads => Folder("uploads");

    /// <summary>Where a run's plan, events and records lie.</summary>
    public string RunFolder(Guid runId) => FolderOf(Runs, runId);

    public string ModelFolder(Guid modelVersionId) => FolderOf(Models, modelVersionId);

    public string EvaluationFolder(Guid evaluationId) => FolderOf(Evaluations, evaluationId);

    public string ExtractorFolder(Guid extractorId) => FolderOf(Extractors, extractorId);

    /// <summary>The pretrained backbones ship beside the program, not in the data folder.</summary>
    public static BackboneRegistry ShippedBackbones { get; } = new(Path.Combine(AppContext.BaseDirectory, "weights"), BackboneRegistry.Shipped);

    private static string FolderOf(string kind, Guid id) => Path.Combine(kind, id.ToString("D"));

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
}
