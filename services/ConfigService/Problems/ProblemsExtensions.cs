using System.Text.RegularExpressions;

namespace Mail.ConfigService.Problems;

internal static partial class ProblemsExtensions
{
    internal static void AddProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<ProblemHandler>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            context.ProblemDetails.Type ??= "about:blank";
            // What the framework itself refuses (405, 415, …) has no code yet.
            context.ProblemDetails.Extensions.TryAdd("code", CodeOf(context.ProblemDetails.Status));
            context.ProblemDetails.Detail ??= DetailOf(context.ProblemDetails.Status);
            // X-Request-Id says it already.
            context.ProblemDetails.Extensions.Remove("traceId");
            context.ProblemDetails.Extensions.Remove("trace_id");
        });
    }

    internal static void UseProblems(this WebApplication app)
    {
        // The API answers in one format whatever is asked for. By Accept the framework would leave out what is wrong, and make a 404 a 500.
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
                context.Request.Headers.Remove("Accept");
            return next(context);
        });
        app.UseExceptionHandler(
            new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true, AllowStatusCode404Response = true });
        app.UseStatusCodePages();
    }

    /// <summary>Every answer names its request: by the caller's own id where it is sane, else by the trace id.</summary>
    internal static void UseRequestId(this WebApplication app) => app.Use((context, next) =>
    {
        var own = context.Request.Headers["X-Request-Id"].ToString();
        var id = SaneId().IsMatch(own) ? own : System.Diagnostics.Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        context.TraceIdentifier = id;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["X-Request-Id"] = id;
            return Task.CompletedTask;
        });
        return next(context);
    });

    private static string CodeOf(int? status) => status switch
    {
        404 => ProblemCodes.NotFound.Name,
        405 => ProblemCodes.MethodNotAllowed.Name,
        415 => ProblemCodes.UnsupportedMediaType.Name,
        _ => ProblemCodes.BadRequest.Name,
    };

    private static string DetailOf(int? status) => status switch
    {
        404 => "There is nothing at this path; /docs lists what there is.",
        405 => "This path does not take this method; /docs lists what it takes.",
        _ => "The request could not be understood.",
    };

    [GeneratedRegex(@"^[A-Za-z0-9._\-]{1,128}\z", RegexOptions.NonBacktracking)]
    private static partial Regex SaneId();
}
