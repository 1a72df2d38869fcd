using Mail.ConfigService.Access;
using Serilog;
using Serilog.Events;

namespace Mail.ConfigService;

/// <summary>
/// A line in the log for each request: its path without the query, which may have addresses in it; never a key or a body.
/// </summary>
internal static class RequestLog
{
    private static readonly string[] _routine = ["/health", "/metrics", "/assets"];

    internal static void UseRequestLog(this WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        options.MessageTemplate = "{RequestMethod:l} {RequestPath:l} answered {StatusCode} in {Elapsed:0.0} ms";
        options.GetLevel = static (context, _, exception) =>
            IsRoutine(context.Request.Path) ? LogEventLevel.Debug
            : exception is not null || context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Error
            : LogEventLevel.Information;
        options.EnrichDiagnosticContext = static (log, context) =>
        {
            log.Set("RequestId", context.TraceIdentifier);
            if (context.Features.Get<Caller>() is { } caller)
                log.Set("Caller", caller.Name);
        };
    });

    // Asked every few seconds by machines.
    private static bool IsRoutine(PathString path) =>
        Array.Exists(_routine, routine => path.StartsWithSegments(routine, StringComparison.Ordinal));
}
