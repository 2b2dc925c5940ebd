using System.Text.Json;
using LabelStudio.Pipeline.Storage;
using Microsoft.EntityFrameworkCore;

namespace LabelStudio.Pipeline.Labelling;

/// <summary>Each person's own keys: they follow the person to every browser and project.</summary>
public sealed class UserKeymaps(IDbContextFactory<StudioDbContext> contexts, StudioWriter writer)
{
    private const int MostCommands = 60;
    private const int MostKeys = 4;
    private const int LongestName = 30;

    /// <summary>The changed commands with their keys; empty: all are as usual.</summary>
    public async Task<IReadOnlyDictionary<string, string[]>> GetAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(db, userId, cancellationToken);
    }

    internal static async Task<IReadOnlyDictionary<string, string[]>> ReadAsync(
        StudioDbContext db, Guid userId, CancellationToken cancellationToken)
    {
        var json = await db.Set<UserKeymap>().Where(keymap => keymap.UserId == userId)
            .Select(keymap => keymap.Keys)
            .FirstOrDefaultAsync(cancellationToken);
        return json is null ? new Dictionary<string, string[]>() : JsonSerializer.Deserialize<Dictionary<string, string[]>>(json)!;
    }

    /// <summary>Replaces them all; which key may serve which command is the page's business, the size is ours.</summary>
    public async Task SetAsync(Guid userId, IReadOnlyDictionary<string, string[]> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Count > MostCommands
            || keys.Any(entry => entry.Key.Length is 0 or > LongestName
                || entry.Value is null or { Length: > MostKeys }
                || entry.Value.Any(key => key is null or { Length: 0 or > LongestName })))
        {
            throw new InvalidRequestException("These are not keys of the labelling page. Choose a file that was saved from its list of keys.");
        }

        var json = JsonSerializer.Serialize(keys);
        await writer.WriteAsync(
            async (db, token) =>
            {
                if (await db.Set<UserKeymap>().FindAsync([userId], token) is { } known)
                {
                    known.Keys = json;
                }
                else
                {
                    db.Add(new UserKeymap { UserId = userId, Keys = json });
                }
            },
            cancellationToken);
    }
}
