using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using LabelStudio.Pipeline.Intake;
using LabelStudio.Pipeline.Labelling;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Tests;
using LabelStudio.Web.Api;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Hosting;

/// <summary>A project in a running program, with a signed-in administrator, and the calls that tests of endpoints repeat.</summary>
public sealed class StudioProject : IAsyncLifetime
{
    public static JsonSerializerOptions Json { get; } =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public StudioFactory Factory { get; } = new();

    public Guid AdministratorId { get; private set; }

    public HttpClient Administrator { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        AdministratorId = await Factory.AddPersonAsync(StudioRole.Administrator);
        Administrator = await Factory.SignInAsync(StudioFactory.EmailOf(StudioRole.Administrator));
    }

    public async ValueTask DisposeAsync() => await Factory.DisposeAsync();

    public T Get<T>()
        where T : notnull => Factory.Services.GetRequiredService<T>();

    public Task<Guid> AddProjectAsync() => Get<ProjectCatalog>().CreateAsync(AdministratorId, new NewProject($"Project {Guid.NewGuid():N}"), Cancel);

    public async Task<Guid> AddClassAsync(Guid projectId, string name) =>
        (await Get<ClassCatalog>().CreateAsync(AdministratorId, projectId, new NewClass(name), Cancel)).Id;

    public async Task<IReadOnlyList<long>> AddImagesAsync(Guid projectId, int count, int firstNumber = 1)
    {
        var intake = Get<ImageIntake>();
        var batch = await intake.StartBatchAsync(AdministratorId, projectId, "test", Cancel);
        var ids = new List<long>();
        for (var number = firstNumber; number < firstNumber + count; number++)
        {
            var result = await intake.AddAsync(AdministratorId, projectId, batch, $"{number}.png", TestImages.PngStream(number), null, Cancel);
            ids.Add(result.ImageId!.Value);
        }

        return ids;
    }

    public static async Task<TAnswer> PostAsync<TAnswer>(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, Json, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        return (await answer.Content.ReadFromJsonAsync<TAnswer>(Json, Cancel))!;
    }

    public static async Task<DecisionResult> DecideAsync(HttpClient client, Guid projectId, Decision decision) =>
        (await PostAsync<DecisionResult[]>(client, $"/api/v1/projects/{projectId}/labelling/decisions", new DecisionsRequest([decision])))[0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
