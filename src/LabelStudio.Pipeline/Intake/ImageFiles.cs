using LabelStudio.Learning.Imaging;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace LabelStudio.Pipeline.Intake;

/// <summary>From images to files on the disk, for those who may see them.</summary>
public sealed class ImageFiles(
    IDbContextFactory<StudioDbContext> contexts, ProjectAccess access, BlobStore blobs, IOptions<StudioOptions> options)
{
    private const string WebpType = "image/webp";

    public async Task<ImageFile?> FindAsync(Guid userId, long imageId, ImageVariant variant, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var image = await db.Images.AsNoTracking()
                .Where(image => image.Id == imageId)
                .Select(image => new { image.ProjectId, image.Sha256, image.Extension, image.MediaType, image.FileName })
                .FirstOrDefaultAsync(cancellationToken)
            // What is in the trash can still be looked at.
            ?? await db.Set<TrashedImage>().AsNoTracking()
                .Where(image => image.ImageId == imageId)
                .Select(image => new { image.ProjectId, image.Sha256, image.Extension, image.MediaType, image.FileName })
                .FirstOrDefaultAsync(cancellationToken);
        if (image is null || !await access.AllowsAsync(userId, image.ProjectId, StudioRight.View, cancellationToken))
        {
            return null;
        }

        return variant switch
        {
            ImageVariant.Original => new ImageFile(
                blobs.PathOf(image.Sha256, image.Extension), image.MediaType, image.FileName, image.Sha256),
            ImageVariant.Thumbnail => await DerivedAsync(options.Value.ThumbnailSidePx),
            ImageVariant.View => await DerivedAsync(options.Value.ViewSidePx),
            ImageVariant.Full => await DerivedAsync(options.Value.FullSidePx),
        };

        async Task<ImageFile> DerivedAsync(int longestSidePx) => new(
            await blobs.ThumbnailAsync(
                image.Sha256, image.Extension, longestSidePx, path => ImageDecoder.EncodeWebp(path, longestSidePx), cancellationToken),
            WebpType,
            image.FileName,
            image.Sha256);
    }

    /// <summary>
    /// Deletes the files that no project needs any more. Run as a work of the writer, after the one that deleted the rows is
    /// committed: the intake keeps files in such works too, so none can come back in between.
    /// </summary>
    internal async Task<int> DeleteUnneededAsync(
        StudioDbContext db, IReadOnlyCollection<(string Sha256, string Extension)> stored, CancellationToken cancellationToken)
    {
        var hashes = stored.Select(file => file.Sha256).ToArray();
        var needed = await db.Images.Where(image => EF.Parameter(hashes).Contains(image.Sha256))
            .Select(image => image.Sha256)
            .Union(db.Set<TrashedImage>().Where(image => EF.Parameter(hashes).Contains(image.Sha256)).Select(image => image.Sha256))
            .ToHashSetAsync(cancellationToken);
        var unneeded = stored.Where(file => !needed.Contains(file.Sha256)).ToList();
        unneeded.ForEach(file => blobs.Delete(file.Sha256, file.Extension));
        return unneeded.Count;
    }
}
