using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Datasets;

internal sealed class DatasetSnapshotConfiguration : IEntityTypeConfiguration<DatasetSnapshot>
{
    public void Configure(EntityTypeBuilder<DatasetSnapshot> builder)
    {
        builder.ToTable("DatasetSnapshots");
        builder.Property(snapshot => snapshot.Id).ValueGeneratedNever();
        builder.Property(snapshot => snapshot.ManifestSha256).HasMaxLength(64);
        builder.HasIndex(snapshot => new { snapshot.ProjectId, snapshot.CreatedUtc });
        builder.HasOne<Project>().WithMany().HasForeignKey(snapshot => snapshot.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }
}
