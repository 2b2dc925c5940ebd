using LabelStudio.Pipeline.Intake;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LabelStudio.Pipeline.Labelling;

internal sealed class ClassExampleConfiguration : IEntityTypeConfiguration<ClassExample>
{
    public void Configure(EntityTypeBuilder<ClassExample> builder)
    {
        builder.ToTable("ClassExamples");
        builder.HasKey(example => new { example.ClassId, example.ImageId });
        builder.HasIndex(example => example.ImageId);
        builder.HasOne<ClassDefinition>().WithMany().HasForeignKey(example => example.ClassId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<ImageRecord>().WithMany().HasForeignKey(example => example.ImageId).OnDelete(DeleteBehavior.Cascade);
    }
}
