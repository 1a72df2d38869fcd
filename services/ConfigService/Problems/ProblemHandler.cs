using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Mail.ConfigService.Problems;

/// <summary>Answers every failure with problem details (RFC 9457), the unexpected ones too.</summary>
internal sealed class ProblemHandler(IProblemDetailsService problems, ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
            return true;
        var refusal = ProblemException.From(exception);
        if (refusal.Status >= StatusCodes.Status500InternalServerError)
            logger.RequestFailed(exception, httpContext.Request.Method, httpContext.Request.Path);

        httpContext.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfter is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            httpContext.Response.Headers.WWWAuthenticate = "Bearer";
        var details = new ProblemDetails
        {
            Status = refusal.Status,
            Title = ReasonPhrases.GetReasonPhrase(refusal.Status),
            Detail = refusal.Message,
        };
        details.Extensions["code"] = refusal.Code.Name;
        foreach (var (name, value) in refusal.Extensions)
            details.Extensions[name] = value;
        return await problems.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = details });
    }
}
