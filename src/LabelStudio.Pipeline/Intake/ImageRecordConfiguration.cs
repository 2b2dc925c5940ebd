using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Intake;

internal sealed class ImageRecordConfiguration : IEntityTypeConfiguration<ImageRecord>, IEntityTypeConfiguration<ImportBatch>
{
    public void Configure(EntityTypeBuilder<ImageRecord> builder)
    {
        builder.ToTable("Images");
        builder.Property(image => image.Sha256).HasMaxLength(64);
        builder.Property(image => image.FileName).HasMaxLength(500);
        builder.Property(image => image.Extension).HasMaxLength(10);
        builder.Property(image => image.MediaType).HasMaxLength(50);
        builder.Property(image => image.DiscardReason).HasMaxLength(ImageRecord.LongestReason);
        builder.Property(image => image.LabelVersion).IsConcurrencyToken();
        builder.HasIndex(image => new { image.ProjectId, image.Sha256 }).IsUnique();

        // Each answers one question of the pages from the index alone: counts, the queue, a class's images, the splits.
        builder.HasIndex(image => new { image.ProjectId, image.State, image.Id });
        builder.HasIndex(image => new { image.ProjectId, image.State, image.Sha256 });
        builder.HasIndex(image => new { image.ProjectId, image.LabelClassId, image.Id });
        builder.HasIndex(image => new { image.ProjectId, image.LabelClassId, image.Split });
        builder.HasIndex(image => new { image.ProjectId, image.Split, image.Id });
        builder.HasIndex(image => new { image.ProjectId, image.FileName, image.Id });
        builder.HasIndex(image => new { image.ProjectId, image.Id });
        builder.HasIndex(image => new { image.ProjectId, image.Id }, "IX_Images_Flagged").HasFilter("\"IsFlagged\"");
        builder.HasIndex(image => image.ImportBatchId);
        builder.HasOne<Project>().WithMany().HasForeignKey(image => image.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<ImportBatch>().WithMany().HasForeignKey(image => image.ImportBatchId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ImportBatch> builder)
    {
        builder.ToTable("ImportBatches");
        builder.Property(batch => batch.Id).ValueGeneratedNever();
        builder.Property(batch => batch.Name).HasMaxLength(200);
        builder.HasIndex(batch => new { batch.ProjectId, batch.CreatedUtc });
        builder.HasOne<Project>().WithMany().HasForeignKey(batch => batch.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }
}
