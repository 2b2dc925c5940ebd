using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace LabelStudio.Pipeline.Storage;

/// <summary>Lets the migration tool build the model without starting the program.</summary>
internal sealed class SqliteStudioDbContextDesign : IDesignTimeDbContextFactory<SqliteStudioDbContext>
{
    public SqliteStudioDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteStudioDbContext>().UseSqlite("Data Source=design.db").Options);
}
