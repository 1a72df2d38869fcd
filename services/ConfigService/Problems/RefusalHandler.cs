using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace Mail.ConfigService.Problems;

/// <summary>Answers every failure with problem details (RFC 9457), the unexpected ones too.</summary>
internal sealed class RefusalHandler(IProblemDetailsService problems, ILogger<RefusalHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
            return true;
        var refusal = exception switch
        {
            Refusal known => known,
            BadHttpRequestException bad => new(bad.StatusCode, "bad_request", bad.Message),
            NpgsqlException { IsTransient: true } or NpgsqlException { InnerException: IOException or TimeoutException or System.Net.Sockets.SocketException } =>
                new(StatusCodes.Status503ServiceUnavailable, "database_unavailable", "The database does not answer at the moment. Try again; if this was a save, look first whether it took effect.") { RetryAfter = 2 },
            _ => new Refusal(StatusCodes.Status500InternalServerError, "internal_error", "Something is wrong on our side. The log has it under this request's id."),
        };
        if (refusal.Status >= StatusCodes.Status500InternalServerError)
            logger.RequestFailed(exception, httpContext.Request.Method, httpContext.Request.Path);

        httpContext.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            httpContext.Response.Headers.WWWAuthenticate = "Bearer";
        var details = new ProblemDetails { Status = refusal.Status, Title = ReasonPhrases.GetReasonPhrase(refusal.Status), Detail = refusal.Message };
        details.Extensions["code"] = refusal.Code;
        foreach (var (name, value) in refusal.Extensions)
            details.Extensions[name] = value;
        return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = details });
    }
}
