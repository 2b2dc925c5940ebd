using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace LabelStudio.Pipeline.Intake;

/// <summary>
/// An image's row and every row that would go with it, as JSON and back. Which these are the database's model tells: whatever a
/// later stage hangs on images is kept too, without being named here.
/// </summary>
internal static class TrashedRows
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },

        // A row put away by an older program lacks what joined since; it gets the default.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { DemandNothing } },
    };

    /// <summary>The JSON of each of these images.</summary>
    public static async Task<Dictionary<long, string>> ReadAsync(
        StudioDbContext db, IReadOnlyCollection<ImageRecord> images, CancellationToken cancellationToken)
    {
        var all = images.ToDictionary(image => image.Id, image => new JsonObject { [NameOf<ImageRecord>(db)] = Array(image, typeof(ImageRecord)) });
        long[] ids = [.. all.Keys];
        foreach (var (type, key) in Dependents(db))
        {
            var rows = await (Task<List<(long ImageId, object Row)>>)typeof(TrashedRows)
                .GetMethod(nameof(RowsAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
                .MakeGenericMethod(type.ClrType)
                .Invoke(null, [db, key, ids, cancellationToken])!;
            foreach (var group in rows.GroupBy(row => row.ImageId))
            {
                all[group.Key][type.GetTableName()!] = new JsonArray([.. group.Select(row => JsonSerializer.SerializeToNode(row.Row, type.ClrType, Json))]);
            }
        }

        return all.ToDictionary(pair => pair.Key, pair => pair.Value.ToJsonString(Json));
    }

    /// <summary>Adds the rows to the context again, under their old ids; gives the image.</summary>
    public static ImageRecord Restore(StudioDbContext db, string json)
    {
        var tables = JsonNode.Parse(json)!.AsObject();
        var types = db.Model.GetEntityTypes().Where(type => type.GetTableName() is not null).ToLookup(type => type.GetTableName());
        ImageRecord? image = null;
        foreach (var (table, rows) in tables)
        {
            // A table that no longer exists has nobody to miss its rows.
            if (types[table].FirstOrDefault() is not { } type)
            {
                continue;
            }

            foreach (var row in rows!.AsArray())
            {
                var entity = row.Deserialize(type.ClrType, Json)!;
                image = entity as ImageRecord ?? image;
                db.Add(entity);
            }
        }

        return image ?? throw new InvalidOperationException("A row of the trash holds no image.");
    }

    private static IEnumerable<(IEntityType Type, string Key)> Dependents(StudioDbContext db) =>
        db.Model.FindEntityType(typeof(ImageRecord))!.GetReferencingForeignKeys()
            .Where(key => key.DeleteBehavior == DeleteBehavior.Cascade)
            .Select(key => (key.DeclaringEntityType, key.Properties[0].Name));

    private static async Task<List<(long ImageId, object Row)>> RowsAsync<TRow>(
        StudioDbContext db, string key, long[] imageIds, CancellationToken cancellationToken)
        where TRow : class =>
        [
            .. (await db.Set<TRow>().AsNoTracking()
                .Where(row => EF.Parameter(imageIds).Contains(EF.Property<long>(row, key)))
                .Select(row => new { Id = EF.Property<long>(row, key), Row = row })
                .ToListAsync(cancellationToken)).Select(item => (item.Id, (object)item.Row)),
        ];

    private static string NameOf<TRow>(StudioDbContext db) => db.Model.FindEntityType(typeof(TRow))!.GetTableName()!;

    private static JsonArray Array(object row, Type type) => [JsonSerializer.SerializeToNode(row, type, Json)];

    private static void DemandNothing(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            property.IsRequired = false;
        }
    }
}
