using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Storage;

/// <summary>The SQLite flavour: one context type for each provider, because each has its own set of migrations.</summary>
public sealed class SqliteStudioDbContext(DbContextOptions<SqliteStudioDbContext> options) : StudioDbContext(options);
