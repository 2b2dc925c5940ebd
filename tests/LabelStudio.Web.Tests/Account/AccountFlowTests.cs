using System.Net;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Account;

public sealed class AccountFlowTests : IAsyncDisposable
{
    private readonly StudioFactory _factory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _factory.DisposeAsync();

    [Fact]
    public async Task FirstStart_AnyPage_LeadsToTheSetUpPageUntilSomebodyExists()
    {
        using var client = _factory.NewClient();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        using var before = await client.GetAsync(Relative("/projects"), Cancel);
        using var made = await StudioFactory.PostFormAsync(client, "/account/setup", "setup", Person("first@example.org"));
        using var home = await client.GetAsync(Relative("/"), Cancel);
        using var again = await client.GetAsync(Relative("/account/setup"), Cancel);

        Assert.Equal("/account/setup", before.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, again.StatusCode);
    }

    [Fact]
    public async Task SetUp_WhenAnAdministratorExists_MakesNoSecondOne()
    {
        await _factory.AddPersonAsync(StudioRole.Administrator);
        using var stranger = _factory.NewClient();
        var fields = Person("second@example.org");
        var login = await stranger.GetStringAsync(Relative("/account/login"), Cancel);
        fields["_handler"] = "setup";
        fields["__RequestVerificationToken"] = StudioFactory.TokenOf(login);

        using var content = new FormUrlEncodedContent(fields);
        using var answer = await stranger.PostAsync(Relative("/account/setup"), content, Cancel);

        var people = await Get<PeopleDirectory>().ListAsync(await AdministratorAsync(), Cancel);
        Assert.Single(people);
    }

    [Fact]
    public async Task SignIn_EightWrongPasswords_CloseTheAccountForAWhile()
    {
        await _factory.AddPersonAsync(StudioRole.Viewer);
        using var client = _factory.NewClient();
        for (var attempt = 0; attempt < 8; attempt++)
        {
            using var wrong = await LoginAsync(client, "wrong-password");
            Assert.Equal(HttpStatusCode.OK, wrong.StatusCode);
        }

        using var right = await LoginAsync(client, StudioFactory.Password);

        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Contains("closed for 5 minutes", await right.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_ManyTries_AreSlowedDown()
    {
        using var client = _factory.NewClient();
        await _factory.AddPersonAsync(StudioRole.Viewer);
        var statuses = new List<HttpStatusCode>();
        for (var attempt = 0; attempt < 21; attempt++)
        {
            using var answer = await LoginAsync(client, "wrong-password");
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Fact]
    public async Task Invitation_Accepted_GivesItsRoleOnce()
    {
        await _factory.AddPersonAsync(StudioRole.Administrator);
        var invitation = await Get<InvitationService>().CreateAsync(await AdministratorAsync(), new NewInvitation(StudioRole.MlLead), Cancel);
        using var client = _factory.NewClient();
        var path = $"/account/invitation/{invitation.Code}";

        using var joined = await StudioFactory.PostFormAsync(client, path, "invitation", Person("new@example.org"));
        using var other = _factory.NewClient();
        var second = await other.GetStringAsync(Relative(path), Cancel);

        Assert.Equal(HttpStatusCode.Redirect, joined.StatusCode);
        Assert.Contains("not valid", second, StringComparison.Ordinal);
        var people = await Get<PeopleDirectory>().ListAsync(await AdministratorAsync(), Cancel);
        Assert.Equal(StudioRole.MlLead, people.Single(person => person.Email == "new@example.org").Role);
    }

    [Fact]
    public async Task Invitation_ToOneProject_OpensNoOther()
    {
        await _factory.AddPersonAsync(StudioRole.Administrator);
        var administrator = await AdministratorAsync();
        var here = await Get<ProjectCatalog>().CreateAsync(administrator, new NewProject("Here"), Cancel);
        var there = await Get<ProjectCatalog>().CreateAsync(administrator, new NewProject("There"), Cancel);
        var invitation = await Get<InvitationService>().CreateAsync(administrator, new NewInvitation(StudioRole.Annotator, ProjectId: here), Cancel);
        using var client = _factory.NewClient();

        using var joined = await StudioFactory.PostFormAsync(client, $"/account/invitation/{invitation.Code}", "invitation", Person("new@example.org"));
        using var allowed = await client.GetAsync(Relative($"/projects/{here}"), Cancel);
        using var refused = await client.GetAsync(Relative($"/projects/{there}"), Cancel);

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
    }

    [Fact]
    public async Task SignOut_WithThePagesToken_EndsTheSession()
    {
        await _factory.AddPersonAsync(StudioRole.Viewer);
        using var client = await _factory.SignInAsync(StudioFactory.EmailOf(StudioRole.Viewer));

        using var content = new StringContent("");
        using var answer = await client.PostAsync(Relative("/account/logout"), content, Cancel);
        using var home = await client.GetAsync(Relative("/"), Cancel);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains("/account/login", home.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    private T Get<T>()
        where T : notnull => _factory.Services.GetRequiredService<T>();

    private async Task<Guid> AdministratorAsync()
    {
        await using var scope = _factory.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<StudioUser>>();
        return (await users.FindByEmailAsync(StudioFactory.EmailOf(StudioRole.Administrator)))!.Id;
    }

    private static Task<HttpResponseMessage> LoginAsync(HttpClient client, string password) => StudioFactory.PostFormAsync(
        client, "/account/login", "login", new() { ["Form.Email"] = StudioFactory.EmailOf(StudioRole.Viewer), ["Form.Password"] = password });

    private static Dictionary<string, string> Person(string email) => new()
    {
        ["Form.DisplayName"] = "Somebody",
        ["Form.Email"] = email,
        ["Form.Password"] = StudioFactory.Password,
        ["Form.PasswordAgain"] = StudioFactory.Password,
    };

    private static Uri Relative(string path) => new(path, UriKind.Relative);
}
