using LabelStudio.Pipeline.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Labelling;

internal sealed class UserKeymapConfiguration : IEntityTypeConfiguration<UserKeymap>
{
    public void Configure(EntityTypeBuilder<UserKeymap> builder)
    {
        builder.ToTable("UserKeymaps");
        builder.HasKey(keymap => keymap.UserId);
        builder.Property(keymap => keymap.UserId).ValueGeneratedNever();
        builder.Property(keymap => keymap.Keys).HasMaxLength(4000);
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(keymap => keymap.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
