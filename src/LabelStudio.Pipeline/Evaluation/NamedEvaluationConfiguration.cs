using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Evaluation;

internal sealed class NamedEvaluationConfiguration : IEntityTypeConfiguration<NamedEvaluation>
{
    public void Configure(EntityTypeBuilder<NamedEvaluation> builder)
    {
        builder.ToTable("Evaluations");
        builder.Property(item => item.Id).ValueGeneratedNever();
        builder.Property(item => item.Name).HasMaxLength(NamedEvaluation.LongestName);
        builder.Property(item => item.Problem).HasMaxLength(2000);
        builder.Ignore(item => item.IsEnded);
        builder.HasIndex(item => new { item.ProjectId, item.CreatedUtc });
        builder.HasIndex(item => new { item.ModelVersionId, item.ComparedModelId });
        builder.HasIndex(item => new { item.State, item.CreatedUtc });
        builder.HasOne<Project>().WithMany().HasForeignKey(item => item.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<DatasetSnapshot>().WithMany().HasForeignKey(item => item.DatasetSnapshotId).OnDelete(DeleteBehavior.NoAction);
    }
}
