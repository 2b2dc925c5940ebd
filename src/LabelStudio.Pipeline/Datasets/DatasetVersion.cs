using System.Globalization;

namespace LabelStudio.Pipeline.Datasets;

/// <summary>One line of the list of dataset versions: a snapshot as people call it.</summary>
/// <param name="Number">Counts within the project, from 1.</param>
public sealed record DatasetVersion(
    Guid Id, Guid ProjectId, int Number, DateTime CreatedUtc, int OntologyVersion, int TrainCount, int ValidationCount, int TestCount)
{
    public string Name => string.Create(CultureInfo.InvariantCulture, $"Version {Number}");

    public int ImageCount => TrainCount + ValidationCount + TestCount;
}
