using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Storage;
using Microsoft.Extensions.Options;

namespace LabelStudio.Pipeline.Intake;

/// <summary>Brings a file to the disk and looks whether it is a picture we can read to its last pixel.</summary>
public sealed class UploadInspector(BlobStore blobs, IOptions<StudioOptions> options) : IDisposable
{
    /// <summary>A decode takes a whole core and up to some hundred megabytes: never more at a time than cores.</summary>
    private readonly SemaphoreSlim _slots = new(Environment.ProcessorCount);

    /// <summary>The caller owns the result.</summary>
    /// <exception cref="InvalidRequestException">Empty or too large.</exception>
    /// <exception cref="ImageRefusedException">Not a picture we can read.</exception>
    public async Task<InspectedUpload> InspectAsync(Stream content, CancellationToken cancellationToken)
    {
        var limits = new ImageLimits { MaxBytes = options.Value.MaxImageBytes, MaxPixels = options.Value.MaxImagePixels };
        var staged = await blobs.StageAsync(content, limits.MaxBytes, cancellationToken);
        try
        {
            await _slots.WaitAsync(cancellationToken);
            try
            {
                var inspection = await Task.Run(() => ImageDecoder.Inspect(staged.Path, limits), cancellationToken);
                return new InspectedUpload(staged, inspection);
            }
            finally
            {
                _slots.Release();
            }
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    public void Dispose() => _slots.Dispose();
}
