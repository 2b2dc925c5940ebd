using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Training;

internal sealed class TrainingConfiguration : IEntityTypeConfiguration<TrainingRun>, IEntityTypeConfiguration<RunWebhook>
{
    public void Configure(EntityTypeBuilder<TrainingRun> builder)
    {
        builder.ToTable("TrainingRuns");
        builder.Property(run => run.Id).ValueGeneratedNever();
        builder.Property(run => run.Name).HasMaxLength(200);
        builder.Property(run => run.Worker).HasMaxLength(200);
        builder.Property(run => run.Device).HasMaxLength(200);
        builder.Property(run => run.Failure).HasMaxLength(2000);
        builder.Property(run => run.Note).HasMaxLength(TrainingRun.LongestNote).HasDefaultValue("");
        builder.Property(run => run.Tags).HasMaxLength(TrainingRun.LongestTags).HasDefaultValue("");
        builder.HasIndex(run => new { run.ProjectId, run.CreatedUtc });
        builder.HasIndex(run => new { run.State, run.CreatedUtc });
        builder.HasOne<Project>().WithMany().HasForeignKey(run => run.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<DatasetSnapshot>().WithMany().HasForeignKey(run => run.DatasetSnapshotId).OnDelete(DeleteBehavior.NoAction);
    }

    public void Configure(EntityTypeBuilder<RunWebhook> builder)
    {
        builder.ToTable("RunWebhooks");
        builder.HasKey(webhook => webhook.ProjectId);
        builder.Property(webhook => webhook.Url).HasMaxLength(RunWebhook.LongestUrl);
        builder.Property(webhook => webhook.Secret).HasMaxLength(RunWebhook.LongestSecret);
        builder.HasOne<Project>().WithMany().HasForeignKey(webhook => webhook.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }
}
