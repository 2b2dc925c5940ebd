using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Labelling;

internal sealed class BulkJobConfiguration : IEntityTypeConfiguration<BulkJob>, IEntityTypeConfiguration<BulkChunk>
{
    public void Configure(EntityTypeBuilder<BulkJob> builder)
    {
        builder.ToTable("BulkJobs");
        builder.Property(job => job.Id).ValueGeneratedNever();
        builder.HasIndex(job => new { job.ProjectId, job.UserId }).IsUnique();
        builder.HasOne<Project>().WithMany().HasForeignKey(job => job.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<BulkChunk> builder)
    {
        builder.ToTable("BulkChunks");
        builder.HasOne<BulkJob>().WithMany().HasForeignKey(chunk => chunk.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
