using System.Globalization;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;
using Microsoft.AspNetCore.Http.Features;

namespace Mail.ConfigService.Page;

/// <summary>What every page has: headers that let it do nothing but what it is for, and errors that people can read.</summary>
internal sealed class PageFilter(Html html, ILogger<PageFilter> logger) : IEndpointFilter
{
    private const int MaxBytes = 4 * 1024 * 1024;

    // https://www.w3.org/TR/CSP3/: nothing from elsewhere, nothing inline, no frame around it.
    private const string OnlyUs =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; form-action "
        + "'self'; base-uri 'none'; frame-ancestors 'none'";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        SetHeaders(http.Response.Headers);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBytes;
        try
        {
            // Of every browser of the last years; another site's form is refused even where there is no session yet.
            if (!HttpMethods.IsGet(http.Request.Method)
                && http.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
            {
                throw new ProblemException(
                    new("foreign_form", StatusCodes.Status403Forbidden, "This form came from another site. Nothing was done."));
            }

            return await next(context);
        }
        catch (Exception exception) when (!http.RequestAborted.IsCancellationRequested)
        {
            var refusal = ProblemException.From(exception);
            if (refusal.Status >= StatusCodes.Status500InternalServerError)
                logger.RequestFailed(exception, http.Request.Method, http.Request.Path);
            if (refusal.RetryAfter is { } seconds)
                http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            var passes = refusal.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable;
            return await html.PageAsync<ErrorView>(
                refusal.Status, ("Problem", refusal), ("Viewer", http.Features.Get<Viewer>()), ("RequestId", http.TraceIdentifier),
                ("Again", passes && HttpMethods.IsGet(http.Request.Method) ? $"{http.Request.Path}{http.Request.QueryString}" : null));
        }
    }

    /// <summary>The headers that every page has.</summary>
    internal static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = OnlyUs;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
