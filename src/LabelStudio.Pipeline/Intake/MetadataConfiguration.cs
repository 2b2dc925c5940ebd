using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Intake;

internal sealed class MetadataConfiguration : IEntityTypeConfiguration<MetadataEntry>
{
    public void Configure(EntityTypeBuilder<MetadataEntry> builder)
    {
        builder.ToTable("ImageMetadata");
        builder.HasKey(entry => new { entry.ImageId, entry.Key });
        builder.Property(entry => entry.Key).HasMaxLength(MetadataRules.LongestKey);
        builder.Property(entry => entry.Value).HasMaxLength(MetadataRules.LongestValue);

        // Answers from the index alone which keys and values a project has, and which images a value.
        builder.HasIndex(entry => new { entry.ProjectId, entry.Key, entry.Value, entry.ImageId });
        builder.HasIndex(entry => new { entry.ProjectId, entry.Key, entry.Number, entry.ImageId });
        builder.HasOne<ImageRecord>().WithMany().HasForeignKey(entry => entry.ImageId).OnDelete(DeleteBehavior.Cascade);
    }
}
