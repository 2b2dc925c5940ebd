using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Labelling;

internal sealed class SavedViewConfiguration : IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<SavedView> builder)
    {
        builder.ToTable("SavedViews");
        builder.Property(view => view.Id).ValueGeneratedNever();
        builder.Property(view => view.Name).HasMaxLength(100);
        builder.Property(view => view.Query).HasMaxLength(2000);
        builder.HasIndex(view => new { view.ProjectId, view.UserId, view.Name }).IsUnique();
        builder.HasOne<Project>().WithMany().HasForeignKey(view => view.ProjectId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(view => view.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
