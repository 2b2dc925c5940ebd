using System.Security.Cryptography;
using System.Text;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Pipeline.Storage;
using Microsoft.AspNetCore.Identity;

namespace LabelStudio.Web.Account;

/// <summary>
/// Until the first administrator exists every page leads to the set-up page. From another machine that page asks for
/// the code in the log: whoever finds the address first must not own the program.
/// </summary>
public sealed class FirstStart(PeopleDirectory people, IServiceScopeFactory scopes, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly byte[] _code = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(12, lowercase: true));
    private volatile bool _isDone;

    public string Code => Encoding.ASCII.GetString(_code);

    public async ValueTask<bool> IsDoneAsync(CancellationToken cancellationToken)
    {
        if (!_isDone)
        {
            _isDone = await people.AnyAsync(cancellationToken);
        }

        return _isDone;
    }

    public static bool NeedsCode(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var isLocal = context.Connection.RemoteIpAddress is null || System.Net.IPAddress.IsLoopback(context.Connection.RemoteIpAddress);
        return !isLocal || context.Request.Headers.ContainsKey("X-Forwarded-For");
    }

    public bool IsCode(string? given) =>
        CryptographicOperations.FixedTimeEquals(_code, Encoding.UTF8.GetBytes(given?.Trim() ?? ""));

    /// <summary>Makes the first administrator; the errors say what to change.</summary>
    public async Task<IReadOnlyList<string>> CreateAdministratorAsync(
        string email, string displayName, string password, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (await IsDoneAsync(cancellationToken))
            {
                throw new ConflictException("The first administrator exists already. Sign in, or ask an administrator for an invitation.");
            }

            await using var scope = scopes.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<StudioUser>>();
            var user = new StudioUser
            {
                Id = Guid.CreateVersion7(),
                UserName = email,
                Email = email,
                DisplayName = displayName,
                Role = StudioRole.Administrator,
                CreatedUtc = clock.GetUtcNow().UtcDateTime,
            };
            var result = await users.CreateAsync(user, password);
            _isDone = result.Succeeded;
            return [.. result.Errors.Select(error => error.Description)];
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();
}
