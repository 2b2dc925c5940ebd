using LabelStudio.Learning.Heads;
using LabelStudio.Learning.Snapshots;

namespace LabelStudio.Pipeline.Training;

/// <summary>The model a run starts from or is compared with, fetched into a folder.</summary>
/// <param name="ClosedForm">Sums of its training images; null: it was made before these were kept.</param>
internal sealed record ParentModel(ModelManifest Manifest, LinearHead Head, string Folder, ClosedFormSums? ClosedForm)
{
    /// <exception cref="ModelFolderException">The folder is not whole.</exception>
    public static ParentModel Open(string folder) => new(ModelFolder.Read(folder), ModelFolder.ReadHead(folder), folder, ModelFolder.ReadClosedForm(folder));

    public float[] Probabilities(float[] embeddings, int count)
    {
        var probabilities = new float[count * Head.Classes.Count];
        Head.Logits(embeddings, count, probabilities);
        TemperatureScaling.Softmax(probabilities, Head.Classes.Count, count, Manifest.Temperature);
        return probabilities;
    }
}
