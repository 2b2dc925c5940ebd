using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Review;

internal sealed class ReviewConfiguration :
    IEntityTypeConfiguration<LabelReview>, IEntityTypeConfiguration<PictureHash>, IEntityTypeConfiguration<DismissedSet>,
    IEntityTypeConfiguration<DismissedGroup>, IEntityTypeConfiguration<ImageComment>, IEntityTypeConfiguration<LabelCheck>
{
    public void Configure(EntityTypeBuilder<LabelReview> builder)
    {
        builder.ToTable("LabelReviews");
        builder.HasIndex(review => new { review.ProjectId, review.ImageId });
        builder.HasOne<Project>().WithMany().HasForeignKey(review => review.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<ImageRecord>().WithMany().HasForeignKey(review => review.ImageId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ImageComment> builder)
    {
        builder.ToTable("ImageComments");
        builder.Property(comment => comment.Text).HasMaxLength(ImageComments.LongestText);
        builder.HasIndex(comment => new { comment.ProjectId, comment.ResolvedUtc });
        builder.HasOne<Project>().WithMany().HasForeignKey(comment => comment.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<ImageRecord>().WithMany().HasForeignKey(comment => comment.ImageId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<LabelCheck> builder)
    {
        builder.ToTable("LabelChecks");
        builder.Property(check => check.Reason).HasMaxLength(LabelChecks.LongestReason);
        builder.HasIndex(check => new { check.ImageId, check.LabelVersion });
        builder.HasIndex(check => new { check.ProjectId, check.Verdict });
        builder.HasOne<Project>().WithMany().HasForeignKey(check => check.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<ImageRecord>().WithMany().HasForeignKey(check => check.ImageId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<PictureHash> builder)
    {
        builder.ToTable("PictureHashes");
        builder.HasKey(hash => hash.Sha256);
        builder.Property(hash => hash.Sha256).HasMaxLength(64);
    }

    public void Configure(EntityTypeBuilder<DismissedGroup> builder)
    {
        builder.ToTable("DismissedGroups");
        builder.HasIndex(group => group.ProjectId);
        builder.HasOne<Project>().WithMany().HasForeignKey(group => group.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<DismissedSet> builder)
    {
        builder.ToTable("DismissedSets");
        builder.HasIndex(set => set.ProjectId);
        builder.HasOne<Project>().WithMany().HasForeignKey(set => set.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }
}
