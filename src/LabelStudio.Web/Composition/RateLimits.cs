using System.Globalization;
using System.Threading.RateLimiting;
using LabelStudio.Web.Account;
using Microsoft.AspNetCore.RateLimiting;

namespace LabelStudio.Web.Composition;

/// <summary>Limits for what strangers may try and for what costs much. Calls inside a page's circuit do not pass here.</summary>
public static class RateLimits
{
    /// <summary>Attempts to sign in: by address.</summary>
    public const string SignIn = "sign-in";

    /// <summary>Predictions: by person or token.</summary>
    public const string Predict = "predict";

    public static void Configure(RateLimiterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = AnswerAsync;
        options.AddPolicy(SignIn, context => HttpMethods.IsPost(context.Request.Method)
            ? RateLimitPartition.GetSlidingWindowLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "local",
                _ => new SlidingWindowRateLimiterOptions { PermitLimit = 20, Window = TimeSpan.FromMinutes(1), SegmentsPerWindow = 6 })
            : RateLimitPartition.GetNoLimiter("read"));
        options.AddPolicy(Predict, context => RateLimitPartition.GetTokenBucketLimiter(
            context.User.FindUserId() ?? Guid.Empty,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = 400,
                TokensPerPeriod = 200,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 100,
            }));
    }

    private static async ValueTask AnswerAsync(OnRejectedContext context, CancellationToken cancellationToken)
    {
        var seconds = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Ceiling(wait.TotalSeconds) : 10;
        context.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await TypedResults.Problem(
            statusCode: StatusCodes.Status429TooManyRequests,
            title: "Too many requests.",
            detail: $"Wait {seconds} seconds, then try again.").ExecuteAsync(context.HttpContext);
    }
}
