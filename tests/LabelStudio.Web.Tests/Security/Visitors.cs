using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Security;

/// <summary>The program with a project, another project, and a visitor of every kind.</summary>
public sealed class Visitors : IAsyncLifetime
{
    private const string NoRight = "nobody@example.org";

    public StudioFactory Factory { get; } = new();

    public Guid ProjectId { get; private set; }

    internal IReadOnlyList<Visitor> All { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var ids = new Dictionary<StudioRole, Guid>();
        foreach (var role in Enum.GetValues<StudioRole>())
        {
            ids[role] = await Factory.AddPersonAsync(role);
        }

        var catalog = Factory.Services.GetRequiredService<ProjectCatalog>();
        var administrator = ids[StudioRole.Administrator];
        ProjectId = await catalog.CreateAsync(administrator, new NewProject("Tested"), CancellationToken.None);
        var other = await catalog.CreateAsync(administrator, new NewProject("Other"), CancellationToken.None);
        var annotatorHere = await Factory.AddPersonAsync(StudioRole.Guest, "here@example.org");
        await catalog.SetMemberAsync(administrator, ProjectId, annotatorHere, StudioRole.Annotator, CancellationToken.None);
        var leadElsewhere = await Factory.AddPersonAsync(StudioRole.Guest, "elsewhere@example.org");
        await catalog.SetMemberAsync(administrator, other, leadElsewhere, StudioRole.MlLead, CancellationToken.None);
        var disabled = await Factory.AddPersonAsync(StudioRole.MlLead, NoRight);

        var visitors = new List<Visitor> { new("a stranger", Factory.NewClient(), null, null) };
        foreach (var role in Enum.GetValues<StudioRole>())
        {
            visitors.Add(new($"a general {role}", await Factory.SignInAsync(StudioFactory.EmailOf(role)), role, role));
        }

        visitors.Add(new("an annotator of this project alone", await Factory.SignInAsync("here@example.org"), StudioRole.Guest, StudioRole.Annotator));
        visitors.Add(new("a lead of another project", await Factory.SignInAsync("elsewhere@example.org"), StudioRole.Guest, StudioRole.Guest));
        visitors.Add(new("somebody disabled a moment ago", await Factory.SignInAsync(NoRight), null, null));
        visitors.Add(new("a made-up token", Factory.NewTokenClient("lsn_0123456789abcdef0123456789abcdef"), null, null, AccessScopes.None));
        await Factory.Services.GetRequiredService<PeopleDirectory>().SetDisabledAsync(administrator, disabled, isDisabled: true, CancellationToken.None);

        foreach (var scope in new[] { AccessScopes.Predict, AccessScopes.Label, AccessScopes.Train, AccessScopes.Promote, AccessScopes.Worker })
        {
            visitors.Add(await TokenAsync(administrator, StudioRole.Administrator, scope));
        }

        visitors.Add(await TokenAsync(ids[StudioRole.Viewer], StudioRole.Viewer, AccessScopes.Predict | AccessScopes.Label | AccessScopes.Train | AccessScopes.Promote));
        All = visitors;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in All)
        {
            visitor.Client.Dispose();
        }

        await Factory.DisposeAsync();
    }

    private async Task<Visitor> TokenAsync(Guid userId, StudioRole role, AccessScopes scopes)
    {
        var tokens = Factory.Services.GetRequiredService<AccessTokens>();
        var created = await tokens.CreateAsync(userId, new NewAccessToken($"{scopes}", scopes), CancellationToken.None);
        return new($"the token {scopes} of a {role}", Factory.NewTokenClient(created.Secret), role, role, scopes);
    }
}
