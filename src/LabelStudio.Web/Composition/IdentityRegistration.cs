using LabelStudio.Pipeline;
using LabelStudio.Pipeline.Projects;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;

namespace LabelStudio.Web.Composition;

public static class IdentityRegistration
{
    private const string CookieOrToken = "CookieOrToken";

    public static IServiceCollection AddStudioIdentity(this IServiceCollection services)
    {
        services.AddIdentityCore<StudioUser>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.Password.RequiredLength = 10;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Password.RequiredUniqueChars = 5;
                options.Lockout.MaxFailedAccessAttempts = 8;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
                options.Lockout.AllowedForNewUsers = true;
            })
            .AddEntityFrameworkStores<StudioDbContext>()
            .AddSignInManager<StudioSignInManager>()
            .AddClaimsPrincipalFactory<StudioClaimsFactory>()
            .AddDefaultTokenProviders();
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromSeconds(30));

        var authentication = services.AddAuthentication(options =>
        {
            options.DefaultScheme = CookieOrToken;
            options.DefaultSignInScheme = IdentityConstants.ApplicationScheme;
        });
        // A request that brings a token is judged by the token alone: a bad one never falls back to the cookie.
        authentication.AddPolicyScheme(CookieOrToken, null, options => options.ForwardDefaultSelector = context =>
            AccessTokenAuthentication.TokenOf(context.Request) is null && !AccessTokenAuthentication.IsDemandedBy(context) ? IdentityConstants.ApplicationScheme : AccessTokenAuthentication.SchemeName);
        authentication.AddScheme<AuthenticationSchemeOptions, AccessTokenAuthentication>(AccessTokenAuthentication.SchemeName, null);
        authentication.AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(ConfigureCookie));

        services.AddAuthorization(StudioPolicies.Configure);
        services.AddSingleton<IAuthorizationHandler, RightHandler>();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, AuthenticationRevalidation>();
        services.AddScoped<CurrentUser>();
        services.AddSingleton<FirstStart>();
        services.AddSingleton<AdministratorFromSettings>();
        return services;
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "studio-session";
        options.Cookie.SameSite = SameSiteMode.Lax;
        // Plain HTTP is how a first start on one's own machine looks; behind HTTPS the cookie is Secure.
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromDays(14);
        options.SlidingExpiration = true;
        options.LoginPath = "/account/login";
        options.AccessDeniedPath = "/account/denied";
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnRedirectToLogin = context => AnswerAsync(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => AnswerAsync(context, StatusCodes.Status403Forbidden);
    }

    /// <summary>Only a page that a person opens is led to another page: a picture or a program would read it as its answer.</summary>
    private static Task AnswerAsync(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (RequestKinds.IsPage(context.Request))
        {
            context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        }

        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
