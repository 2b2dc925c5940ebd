using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using LabelStudio.Pipeline.Projects;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LabelStudio.Web.Tests.Hosting;

/// <summary>The whole program in this process, on a data folder of its own, with one person of each role.</summary>
public sealed partial class StudioFactory : WebApplicationFactory<Program>
{
    public const string Password = "Correct-horse-7";

    private readonly string _dataPath = Directory.CreateTempSubdirectory("studio-web-").FullName;

    /// <summary>Settings beside those of every test.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    public static string EmailOf(StudioRole role) => $"{role.ToString().ToLowerInvariant()}@example.org";

    /// <summary>Without cookies, redirects shown as they are.</summary>
    public HttpClient NewClient() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    public async Task<Guid> AddPersonAsync(StudioRole role, string? email = null)
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<StudioUser>>();
        email ??= EmailOf(role);
        var user = new StudioUser { Id = Guid.CreateVersion7(), UserName = email, Email = email, DisplayName = role.ToString(), Role = role };
        var result = await users.CreateAsync(user, Password);
        Assert.True(result.Succeeded, string.Join(' ', result.Errors.Select(error => error.Description)));
        return user.Id;
    }

    /// <summary>Signs in through the real form; the client carries the cookie and the antiforgery header from then on.</summary>
    public async Task<HttpClient> SignInAsync(string email, string password = Password)
    {
        var client = NewClient();
        using var answer = await PostFormAsync(client, "/account/login", "login", new() { ["Form.Email"] = email, ["Form.Password"] = password });
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var page = await client.GetStringAsync(new Uri("/account/denied", UriKind.Relative));
        client.DefaultRequestHeaders.Add("RequestVerificationToken", TokenOf(page));
        return client;
    }

    public HttpClient NewTokenClient(string token)
    {
        var client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string path, string handler, Dictionary<string, string> fields)
    {
        var address = new Uri(path, UriKind.Relative);
        var page = await client.GetStringAsync(address);
        fields["_handler"] = handler;
        fields["__RequestVerificationToken"] = TokenOf(page);
        using var content = new FormUrlEncodedContent(fields);
        return await client.PostAsync(address, content);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Studio:DataPath", _dataPath);
        foreach (var (name, value) in Settings)
        {
            builder.UseSetting(name, value);
        }

        builder.ConfigureTestServices(services =>
        {
            // Background work of the pipeline is tested where it lives; here it would only cost time.
            var workers = services.Where(service => service.ServiceType == typeof(IHostedService)
                && TypeOf(service)?.Namespace?.StartsWith("LabelStudio", StringComparison.Ordinal) == true);
            foreach (var worker in workers.ToArray())
            {
                services.Remove(worker);
            }
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_dataPath, recursive: true);
    }

    private static Type? TypeOf(ServiceDescriptor service) =>
        service.ImplementationType ?? service.ImplementationInstance?.GetType() ?? service.ImplementationFactory?.GetType().GenericTypeArguments[^1];

    public static string TokenOf(string page) => MetaToken().Match(page).Groups[1].Value is { Length: > 0 } token
        ? token
        : throw new InvalidOperationException($"The page carries no antiforgery token: {page[..Math.Min(400, page.Length)]}");

    [GeneratedRegex("name=\"request-verification-token\" content=\"([^\"]+)\"")]
    private static partial Regex MetaToken();
}
