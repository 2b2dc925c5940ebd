using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Promotion;

internal sealed class PromotionConfiguration :
    IEntityTypeConfiguration<ModelVersion>,
    IEntityTypeConfiguration<PromotionRecord>,
    IEntityTypeConfiguration<ThresholdRecord>,
    IEntityTypeConfiguration<GateRulesRecord>,
    IEntityTypeConfiguration<ModelAlias>,
    IEntityTypeConfiguration<ModelAct>
{
    public void Configure(EntityTypeBuilder<ModelVersion> builder)
    {
        builder.ToTable("ModelVersions");
        builder.Property(model => model.Id).ValueGeneratedNever();
        builder.HasIndex(model => new { model.ProjectId, model.Number }).IsUnique();
        builder.HasIndex(model => model.RunId).IsUnique();
        builder.HasOne<Project>().WithMany().HasForeignKey(model => model.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrainingRun>().WithMany().HasForeignKey(model => model.RunId).OnDelete(DeleteBehavior.NoAction);
    }

    public void Configure(EntityTypeBuilder<PromotionRecord> builder)
    {
        builder.ToTable("Promotions");
        builder.Property(item => item.Reason).HasMaxLength(2000);
        builder.HasIndex(item => new { item.ProjectId, item.Id });
        builder.HasOne<Project>().WithMany().HasForeignKey(item => item.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ThresholdRecord> builder)
    {
        builder.ToTable("AnswerThresholds");
        builder.HasIndex(item => new { item.ModelVersionId, item.Id });
        builder.HasOne<ModelVersion>().WithMany().HasForeignKey(item => item.ModelVersionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<GateRulesRecord> builder)
    {
        builder.ToTable("GateRules");
        builder.Ignore(item => item.Rules);
        builder.HasIndex(item => new { item.ProjectId, item.Id });
        builder.HasOne<Project>().WithMany().HasForeignKey(item => item.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ModelAlias> builder)
    {
        builder.ToTable("ModelAliases");
        builder.HasKey(item => new { item.ProjectId, item.Name });
        builder.Property(item => item.Name).HasMaxLength(40);
        builder.HasOne<ModelVersion>().WithMany().HasForeignKey(item => item.ModelVersionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ModelAct> builder)
    {
        builder.ToTable("ModelActs");
        builder.HasIndex(item => new { item.ProjectId, item.Id });
        builder.HasOne<Project>().WithMany().HasForeignKey(item => item.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }
}
