using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Mail.ConfigService.Page;

/// <summary>Renders components to whole pages, and to nothing else: no circuits, no enhanced forms, no services of theirs.</summary>
internal sealed partial class Html(IServiceProvider services, ILoggerFactory loggers)
{
    /// <summary>A page.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="parameters">The component's.</param>
    internal async Task<IResult> PageAsync<TPage>(int status, params (string Name, object? Value)[] parameters)
        where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        var text = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<TPage>(
                ParameterView.FromDictionary(parameters.ToDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal)));
            return root.ToHtmlString();
        });
        return new Rendered(text, status);
    }

    // Components write paths from the site's root. Behind a path prefix all of them are moved here, so that none can be forgotten.
    // What others wrote is encoded, and has no such quotes.
    [GeneratedRegex("(?<attribute> (href|src|action|data-path)=\")/", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OwnPath();

    private sealed class Rendered(string text, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var moved = httpContext.Request.PathBase is { HasValue: true } prefix
                ? OwnPath().Replace(text, $"${{attribute}}{prefix}/")
                : text;
            return Results.Content(moved, "text/html; charset=utf-8", statusCode: status).ExecuteAsync(httpContext);
        }
    }
}
