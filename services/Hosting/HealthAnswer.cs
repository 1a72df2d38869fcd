using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mail.Hosting;

/// <summary>
/// Says which check failed and why; an answer that only says "Unhealthy" sends people to the logs. Anyone may ask, so hosts and
/// addresses stay in the logs.
/// </summary>
internal static class HealthAnswer
{
    /// <summary>That the process lives, and which version it is.</summary>
    internal static Task WriteLiveAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        ProductVersion.Current is { Commit: { } commit, Number: var version }
            ? new { status = report.Status.ToString(), version, commit }
            : (object)new { status = report.Status.ToString(), version = ProductVersion.Current.Number });

    internal static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status.ToString(),
        checks = report.Entries.ToDictionary(
            entry => entry.Key,
            entry => new { status = entry.Value.Status.ToString(), description = PublicWords.WithoutNames(entry.Value.Description) },
            StringComparer.Ordinal),
    });
}
