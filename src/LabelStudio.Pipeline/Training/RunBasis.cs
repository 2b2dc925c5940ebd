using LabelStudio.Learning.Backbones;
using LabelStudio.Learning.Embeddings;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Training;

/// <summary>What a run of a project may start from, as far as the feature extractors of project and promoted model allow.</summary>
/// <param name="ParentModelId">The promoted model, when its embeddings are those the project uses.</param>
/// <param name="FrozenExtractor">Name of the user's own extractor that the run would stand on; null: the program's backbone.</param>
internal sealed record RunBasis(Guid? ParentModelId, string? FrozenExtractor, IReadOnlyList<string> Warnings)
{
    public static RunBasis Of(StudioPaths paths, Guid? promotedId, Guid? extractorId)
    {
        var promoted = promotedId is { } modelId ? paths.ModelFolder(modelId) : null;
        var promotedHasOwn = promoted is not null && ExtractorFolder.IsIn(promoted);
        if (extractorId is not { } id)
        {
            return new RunBasis(promotedId, promotedHasOwn ? ExtractorFolder.Read(promoted!).Name : null, []);
        }
        var chosen = paths.ExtractorFolder(id);
        if (!ExtractorFolder.IsIn(chosen))
        {
            throw new InvalidRequestException("The project's feature extractor is not there any more. Choose another one in the project's settings.");
        }
        var name = ExtractorFolder.Read(chosen).Name;
        if (promoted is null || (promotedHasOwn && ExtractorEmbedder.KeyOf(promoted) == ExtractorEmbedder.KeyOf(chosen)))
        {
            return new RunBasis(promotedId, name, []);
        }
        return new RunBasis(
            null, name, [$"The promoted model sees images through another feature extractor than '{name}', which the project uses now: the run begins anew instead of extending that model."]);
    }
}
