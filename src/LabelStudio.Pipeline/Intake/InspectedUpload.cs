using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Intake;

/// <summary>A file that was found to be a picture, waiting in the temporary folder. Disposing deletes it unless it was kept.</summary>
public sealed record InspectedUpload(StagedBlob Blob, ImageInspection Inspection) : IDisposable
{
    public void Dispose() => Blob.Dispose();
}
