using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace LabelStudio.Pipeline.Storage;

/// <summary>
/// Adds many rows of one kind by one statement that is compiled once: saving them through the change tracker compiles one for
/// each row, which is most of the time of an action on hundreds of images.
/// </summary>
internal static class PreparedInsert
{
    /// <summary>Inside the transaction of the context. Keys that the database gives are not read back.</summary>
    public static async Task InsertAllAsync<TRow>(this StudioDbContext db, IReadOnlyCollection<TRow> rows, CancellationToken cancellationToken)
        where TRow : class
    {
        var type = db.Model.FindEntityType(typeof(TRow)) ?? throw new InvalidOperationException($"{typeof(TRow).Name} has no table.");
        var properties = type.GetProperties().Where(property => property.ValueGenerated != ValueGenerated.OnAdd).ToArray();
        await using var command = Command(db, type, properties);
        await command.PrepareAsync(cancellationToken);
        foreach (var row in rows)
        {
            for (var index = 0; index < properties.Length; index++)
            {
                var value = properties[index].GetGetter().GetClrValue(row);
                command.Parameters[index].Value = value is null ? DBNull.Value
                    : properties[index].GetTypeMapping().Converter?.ConvertToProvider(value) ?? value;
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static DbCommand Command(StudioDbContext db, IEntityType type, IProperty[] properties)
    {
        var sql = db.GetService<ISqlGenerationHelper>();
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        var command = db.Database.GetDbConnection().CreateCommand();
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        for (var index = 0; index < properties.Length; index++)
        {
            command.Parameters.Add(properties[index].GetRelationalTypeMapping().CreateParameter(command, $"@p{index}", null, properties[index].IsNullable));
        }

        var columns = string.Join(", ", properties.Select(property => sql.DelimitIdentifier(property.GetColumnName(table)!)));
#pragma warning disable CA2100 // Names of the model only; values go in as parameters.
        command.CommandText =
            $"INSERT INTO {sql.DelimitIdentifier(table.Name, table.Schema)} ({columns}) VALUES ({string.Join(", ", properties.Select((_, index) => $"@p{index}"))})";
#pragma warning restore CA2100
        return command;
    }
}
