using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Labelling;

internal sealed class QualityConfiguration : IEntityTypeConfiguration<QualityPlan>, IEntityTypeConfiguration<KnownImage>
{
    public void Configure(EntityTypeBuilder<QualityPlan> builder)
    {
        builder.ToTable("QualityPlans");
        builder.HasKey(plan => plan.ProjectId);
        builder.Property(plan => plan.ProjectId).ValueGeneratedNever();
        builder.HasOne<Project>().WithOne().HasForeignKey<QualityPlan>(plan => plan.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<KnownImage> builder)
    {
        builder.ToTable("KnownImages");
        builder.HasKey(known => known.ImageId);
        builder.Property(known => known.ImageId).ValueGeneratedNever();
        builder.HasIndex(known => known.ProjectId);
        builder.HasOne<ImageRecord>().WithOne().HasForeignKey<KnownImage>(known => known.ImageId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Project>().WithMany().HasForeignKey(known => known.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }
}
