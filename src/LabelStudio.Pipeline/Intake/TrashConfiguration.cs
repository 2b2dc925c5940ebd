using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Intake;

internal sealed class TrashConfiguration : IEntityTypeConfiguration<TrashedImage>, IEntityTypeConfiguration<SplitMove>
{
    public void Configure(EntityTypeBuilder<TrashedImage> builder)
    {
        builder.ToTable("TrashedImages");
        builder.HasKey(image => image.ImageId);
        builder.Property(image => image.ImageId).ValueGeneratedNever();
        builder.Property(image => image.Sha256).HasMaxLength(64);
        builder.Property(image => image.FileName).HasMaxLength(500);
        builder.Property(image => image.Extension).HasMaxLength(10);
        builder.Property(image => image.MediaType).HasMaxLength(50);
        builder.HasIndex(image => new { image.ProjectId, image.ImageId });
        builder.HasIndex(image => image.Sha256);
        builder.HasIndex(image => image.TrashedUtc);
        builder.HasOne<Project>().WithMany().HasForeignKey(image => image.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SplitMove> builder)
    {
        builder.ToTable("SplitMoves");
        builder.Property(move => move.Id).ValueGeneratedNever();
        builder.HasIndex(move => new { move.ProjectId, move.MovedUtc });
        builder.HasOne<Project>().WithMany().HasForeignKey(move => move.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }
}
