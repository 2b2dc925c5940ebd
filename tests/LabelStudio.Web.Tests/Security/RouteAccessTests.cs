using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace LabelStudio.Web.Tests.Security;

/// <summary>Each role at each route: allowed or refused.</summary>
public sealed partial class RouteAccessTests(Visitors visitors) : IClassFixture<Visitors>
{
    public static TheoryData<string> Routes => [.. RouteTable.All.Select(rule => rule.ToString())];

    [Fact]
    public void Routes_AllOfThem_StandInTheTable()
    {
        var mapped = visitors.Factory.Services.GetServices<EndpointDataSource>()
            .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .SelectMany(Names)
            .Distinct()
            .ToArray();
        var known = RouteTable.All.Select(rule => rule.ToString()).ToArray();

        Assert.True(mapped.All(known.Contains), $"Not in the table:\n{string.Join('\n', mapped.Except(known))}");
        Assert.True(known.All(mapped.Contains), $"In the table, but no route:\n{string.Join('\n', known.Except(mapped))}");
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Route_EveryVisitor_PassesOrIsRefusedAsTheTableSays(string route)
    {
        var rule = RouteTable.All.Single(rule => rule.ToString() == route);
        var wrong = new List<string>();
        foreach (var visitor in visitors.All.Where(visitor => rule.Pattern != "/account/logout" || visitor.Scopes is not null || visitor.General is null))
        {
            using var request = new HttpRequestMessage(new HttpMethod(rule.Method), Address(rule.Pattern));
            request.Content = rule.Method == "GET" ? null : rule.IsForm ? new MultipartFormDataContent() : JsonContent.Create(new { });
            using var answer = await visitor.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            var isRefused = IsRefusal(rule, answer);
            if (isRefused == visitor.ShouldPass(rule))
            {
                wrong.Add($"{visitor.Name} got {(int)answer.StatusCode} {answer.Headers.Location}");
            }
        }

        Assert.True(wrong.Count == 0, $"{route}:\n{string.Join('\n', wrong)}");
    }

    private static IEnumerable<string> Names(RouteEndpoint endpoint)
    {
        var pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
        if (RouteTable.IsOfTheFramework(pattern))
        {
            return [];
        }

        // A page also takes the posts of its forms, under the same policy. Hubs name no method: clients negotiate by post.
        var methods = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null
            ? ["GET"]
            : endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods
                ?? [pattern.EndsWith("/negotiate", StringComparison.Ordinal) ? "POST" : "GET"];
        return methods.Select(method => $"{method} {pattern}");
    }

    private Uri Address(string pattern)
    {
        var path = pattern.Replace("{ProjectId:guid}", visitors.ProjectId.ToString(), StringComparison.OrdinalIgnoreCase)
            .Replace("{variant}", "thumbnail", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);
        path = Parameter().Replace(path, match => match.Groups[1].Value switch
        {
            "guid" => Guid.Empty.ToString(),
            "long" or "int" => "1",
            _ => "none",
        });
        return new Uri(path, UriKind.Relative);
    }

    private static bool IsRefusal(RouteRule rule, HttpResponseMessage answer)
    {
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return true;
        }

        var target = answer.Headers.Location?.ToString() ?? "";
        var isLedAway = target.Contains("/account/login", StringComparison.Ordinal) || target.Contains("/account/denied", StringComparison.Ordinal);
        Assert.False(isLedAway && !rule.IsPage, $"{rule} answers with a redirect: a program would take the page for its answer.");
        return isLedAway;
    }

    [GeneratedRegex(@"\{\*{0,2}\w+(?::(\w+)[^}]*)?\??\}")]
    private static partial Regex Parameter();
}
