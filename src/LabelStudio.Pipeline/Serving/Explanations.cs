using LabelStudio.Learning.Imaging;
using LabelStudio.Learning.Snapshots;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;

namespace LabelStudio.Pipeline.Serving;

/// <summary>Shows what a model looked at. Each rests on one pass through the network, at the pace of one at a time.</summary>
public sealed class Explanations(ModelRegistry models, ActiveModels active, ImageLibrary library) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>What speaks for a class in a picture. Needs the right to view.</summary>
    /// <exception cref="ImageRefusedException">The bytes are no picture that can be taken.</exception>
    public async Task<HeatMap> ExplainAsync(Guid userId, Guid modelVersionId, byte[] image, Guid classId, CancellationToken cancellationToken)
    {
        await models.GetAsync(userId, modelVersionId, cancellationToken);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            using var rented = await active.RentAsync(modelVersionId, cancellationToken);
            var index = rented.Predictor.Manifest.ClassIndices.IndexOf(classId);
            if (index < 0)
            {
                throw new InvalidRequestException("The model does not know this class, so nothing in the picture speaks for it. Choose a class that it knows.");
            }
            var values = await Task.Run(() => rented.Activation.Of(image, index), cancellationToken);
            return new HeatMap(classId, (int)Math.Sqrt(values.Length), values);
        }
        catch (ModelFolderException error)
        {
            throw new ConflictException(error.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The same for an image of the project.</summary>
    public async Task<HeatMap> ExplainAsync(Guid userId, Guid modelVersionId, long imageId, Guid classId, CancellationToken cancellationToken)
    {
        var file = await library.FindFileAsync(userId, imageId, ImageVariant.Original, cancellationToken)
            ?? throw new NotFoundException("The image is not there any more.");
        return await ExplainAsync(userId, modelVersionId, await File.ReadAllBytesAsync(file.Path, cancellationToken), classId, cancellationToken);
    }

    public void Dispose() => _turn.Dispose();
}
