namespace LabelStudio.Web.Account;

/// <summary>Leads every page to the set-up page while nobody exists.</summary>
public sealed class FirstStartRedirect(RequestDelegate next, FirstStart firstStart)
{
    private static readonly PathString SetupPath = "/account/setup";

    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var wantsPage = HttpMethods.IsGet(context.Request.Method)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        if (wantsPage && !context.Request.Path.StartsWithSegments(SetupPath, StringComparison.Ordinal)
            && !await firstStart.IsDoneAsync(context.RequestAborted))
        {
            context.Response.Redirect(context.Request.PathBase + SetupPath);
            return;
        }

        await next(context);
    }
}
