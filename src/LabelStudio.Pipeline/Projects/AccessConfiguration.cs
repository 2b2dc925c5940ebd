using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Projects;

internal sealed class AccessConfiguration : IEntityTypeConfiguration<Invitation>, IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.ToTable("Invitations");
        builder.Property(invitation => invitation.Id).ValueGeneratedNever();
        builder.Property(invitation => invitation.CodeHash).HasMaxLength(64);
        builder.Property(invitation => invitation.Email).HasMaxLength(256);
        builder.HasIndex(invitation => invitation.CodeHash).IsUnique();
        builder.HasOne<Project>().WithMany().HasForeignKey(invitation => invitation.ProjectId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.ToTable("AccessTokens");
        builder.Property(token => token.Id).ValueGeneratedNever();
        builder.Property(token => token.Name).HasMaxLength(100);
        builder.Property(token => token.Prefix).HasMaxLength(16);
        builder.Property(token => token.Hash).HasMaxLength(64);
        builder.HasIndex(token => token.Prefix).IsUnique();
        builder.HasIndex(token => token.UserId);
        builder.HasOne<StudioUser>().WithMany().HasForeignKey(token => token.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
