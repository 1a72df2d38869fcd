using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Mail.ConfigService.Page.Components;

/// <summary>An SVG <c>text</c>: in Razor's own syntax that name means something else.</summary>
public sealed class ChartLabel : ComponentBase
{
    [Parameter, EditorRequired]
    public double X { get; set; }

    [Parameter, EditorRequired]
    public double Y { get; set; }

    /// <summary>What it says; an hour may be left to <see cref="Hour"/>.</summary>
    [Parameter]
    public string? Text { get; set; }

    /// <summary>A full hour, in UTC until the script puts it into the viewer's zone.</summary>
    [Parameter]
    public DateTimeOffset? Hour { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", "label");
        builder.AddAttribute(2, "x", X.ToString("0.#", CultureInfo.InvariantCulture));
        builder.AddAttribute(3, "y", Y.ToString("0.#", CultureInfo.InvariantCulture));
        if (Hour is { } hour)
            builder.AddAttribute(4, "data-hour", MailJson.Format(hour));
        builder.AddContent(5, Text ?? Hour?.UtcDateTime.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture));
        builder.CloseElement();
    }
}
