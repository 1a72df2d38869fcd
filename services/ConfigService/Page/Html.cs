using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Mail.ConfigService.Page;

/// <summary>Renders components to whole pages, and to nothing else: no circuits, no enhanced forms, no services of theirs.</summary>
internal sealed class Html(IServiceProvider services, ILoggerFactory loggers)
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
            var root = await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters.ToDictionary(each => each.Name, each => each.Value, StringComparer.Ordinal)));
            return root.ToHtmlString();
        });
        return Results.Content(text, "text/html; charset=utf-8", statusCode: status);
    }
}
