namespace LabelStudio.Pipeline.Promotion;

/// <summary>How each generation of classes fared from version to version: what growing cost those that were there before.</summary>
/// <param name="Numbers">Numbers of the versions, the eldest first and the model itself last.</param>
/// <param name="Generations">The model's classes by the version that knew them first, the eldest first.</param>
public sealed record GenerationHistory(IReadOnlyList<int> Numbers, IReadOnlyList<ClassGeneration> Generations)
{
    /// <summary>Name of the version that knew each class first.</summary>
    public IReadOnlyDictionary<Guid, string> SinceByClass =>
        Generations.SelectMany(generation => generation.ClassIds, (generation, id) => (id, generation.Since)).ToDictionary(item => item.id, item => item.Since);
}
