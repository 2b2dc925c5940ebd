using LabelStudio.Pipeline.Datasets;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Promotion;
using LabelStudio.Pipeline.Storage;
using LabelStudio.Pipeline.Training;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline;

/// <summary>The database. Each stage registers its entities by a configuration in its own folder.</summary>
public class StudioDbContext(DbContextOptions options) : IdentityUserContext<StudioUser, Guid>(options)
{
    public DbSet<Project> Projects => Set<Project>();

    public DbSet<ProjectMember> ProjectMembers => Set<ProjectMember>();

    public DbSet<Invitation> Invitations => Set<Invitation>();

    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    public DbSet<ImageRecord> Images => Set<ImageRecord>();

    public DbSet<ImportBatch> ImportBatches => Set<ImportBatch>();

    public DbSet<ClassDefinition> Classes => Set<ClassDefinition>();

    public DbSet<Annotation> Annotations => Set<Annotation>();

    public DbSet<SavedView> SavedViews => Set<SavedView>();

    public DbSet<DatasetSnapshot> DatasetSnapshots => Set<DatasetSnapshot>();

    public DbSet<TrainingRun> TrainingRuns => Set<TrainingRun>();

    public DbSet<ModelVersion> ModelVersions => Set<ModelVersion>();

    public DbSet<PromotionRecord> Promotions => Set<PromotionRecord>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(StudioDbContext).Assembly);
        StoreEnumsByName(builder);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTime>().HaveConversion<UtcDateTimeConverter>();
    }

    /// <summary>Names survive a reordered enum and read well in any database tool.</summary>
    private static void StoreEnumsByName(ModelBuilder builder)
    {
        foreach (var property in builder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
            if (type.IsEnum)
            {
                property.SetProviderClrType(typeof(string));
                property.SetMaxLength(40);
            }
        }
    }
}
