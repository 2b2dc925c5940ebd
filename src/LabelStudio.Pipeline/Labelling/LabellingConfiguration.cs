using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Labelling;

internal sealed class LabellingConfiguration :
    IEntityTypeConfiguration<ClassDefinition>, IEntityTypeConfiguration<CombinationMember>, IEntityTypeConfiguration<Annotation>
{
    public void Configure(EntityTypeBuilder<ClassDefinition> builder)
    {
        builder.ToTable("Classes");
        builder.Property(item => item.Id).ValueGeneratedNever();
        builder.Property(item => item.Name).HasMaxLength(100);
        builder.Property(item => item.NormalizedName).HasMaxLength(100);
        builder.Property(item => item.Colour).HasMaxLength(7);
        builder.Property(item => item.Hotkey).HasMaxLength(1);
        builder.PrimitiveCollection(item => item.Aliases);
        builder.HasIndex(item => new { item.ProjectId, item.NormalizedName }).IsUnique();
        builder.HasOne<Project>().WithMany().HasForeignKey(item => item.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<CombinationMember> builder)
    {
        builder.ToTable("CombinationMembers");
        builder.HasKey(member => new { member.CombinationId, member.ClassId });
        builder.HasIndex(member => member.ClassId);
        builder.HasOne<ClassDefinition>().WithMany().HasForeignKey(member => member.CombinationId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<Annotation> builder)
    {
        builder.ToTable("Annotations");
        builder.Property(annotation => annotation.SuggestionSource).HasMaxLength(100);
        builder.Property(annotation => annotation.Source).HasMaxLength(100);
        builder.Property(annotation => annotation.DiscardReason).HasMaxLength(ImageRecord.LongestReason);
        builder.HasIndex(annotation => annotation.DecisionId).IsUnique();
        builder.HasIndex(annotation => annotation.ActionId);
        builder.HasIndex(annotation => new { annotation.ProjectId, annotation.Id });
        builder.HasIndex(annotation => new { annotation.ProjectId, annotation.UserId, annotation.Id });
        builder.HasIndex(annotation => annotation.ImageId);
        builder.HasOne<Project>().WithMany().HasForeignKey(annotation => annotation.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<ImageRecord>().WithMany().HasForeignKey(annotation => annotation.ImageId).OnDelete(DeleteBehavior.Cascade);
    }
}
