namespace LabelStudio.Pipeline.Projects;

/// <summary>Images, classes, labels and models that belong together.</summary>
public sealed class Project
{
    public required Guid Id { get; init; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    /// <summary>Markdown shown beside the picture while labelling.</summary>
    public string Guidelines { get; set; } = "";

    /// <summary>Rises when a class joins, is merged or archived; each annotation keeps the one it was made under.</summary>
    public int OntologyVersion { get; set; } = 1;

    /// <summary>An image may have several classes at once, or none of them.</summary>
    public bool TakesSeveralClasses { get; set; }

    public int TrainPercent { get; set; } = 80;

    public int ValidationPercent { get; set; } = 10;

    public int TestPercent { get; set; } = 10;

    public QueueOrder DefaultOrder { get; set; } = QueueOrder.Uncertain;

    public SuggestionSource SuggestionSource { get; set; }

    public required DateTime CreatedUtc { get; init; }

    public required Guid CreatedBy { get; init; }

    public bool IsSample { get; init; }

    /// <summary>The user's own feature extractor that embeds its images, written by Features; null: the backbone that comes with the program.</summary>
    public Guid? ExtractorId { get; set; }

    /// <summary>The promoted model, written by Promotion; its files lie in <c>models/&lt;id&gt;/</c>.</summary>
    public Guid? ProductionModelId { get; set; }

    /// <summary>The promoted model, written by Promotion ("Model 3"): a list of projects asks nothing else.</summary>
    public string? ProductionModel { get; set; }
}
