using System.Text.Json;
using NodaTime;

namespace Mail.ConfigService.Liquid;

/// <summary>A version of a template, ready to be rendered: parsed, and its variables found.</summary>
internal sealed class Template
{
    private readonly LiquidTemplate? _subject;
    private readonly LiquidTemplate? _html;
    private readonly LiquidTemplate? _text;

    private Template(LiquidTemplate? subject, LiquidTemplate? html, LiquidTemplate? text, UsedVariable used, DeclaredVariable declared) =>
        (_subject, _html, _text, Used, Declared) = (subject, html, text, used, declared);

    /// <summary>What is written of a template.</summary>
    internal sealed record Parts(string Subject, string? Html, string? Text);

    /// <summary>What comes of a rendering.</summary>
    internal sealed record Rendered(string Subject, string? Html, string? Text, long Steps);

    /// <summary>The variables that it uses.</summary>
    internal UsedVariable Used { get; }

    /// <summary>The variables that it declares.</summary>
    internal DeclaredVariable Declared { get; }

    /// <summary>Parses a template; null where something is wrong with it.</summary>
    /// <param name="parts">What is written.</param>
    /// <param name="declared">The variables that are declared.</param>
    /// <param name="refuse">Told the part, <c>subject</c>, <c>html</c> or <c>text</c>, and what is wrong with it.</param>
    internal static Template? Parse(Parts parts, DeclaredVariable declared, Action<string, TemplateError> refuse)
    {
        var uses = new VariableUses();
        var valid = true;
        var template = new Template(
            Part("subject", parts.Subject), Part("html", parts.Html), Part("text", parts.Text), uses.Root, declared);
        return valid ? template : null;

        LiquidTemplate? Part(string name, string? source)
        {
            if (source is null)
                return null;
            var part = LiquidTemplate.Parse(source, out var errors);
            foreach (var error in errors)
                refuse(name, error);
            if (part is not null && uses.Add(part) is { } sentence)
                refuse(name, new(0, 0, sentence));
            else if (part is not null)
                return part;
            valid = false;
            return null;
        }
    }

    /// <summary>The values of the data; <paramref name="refuse"/> is told what is wrong with it.</summary>
    internal LiquidObject Bind(JsonElement data, Action<string, DataError, string> refuse) =>
        new DataBinding(refuse).Bind(data, Used, Declared);

    /// <summary>Renders. Where no text is written, one is made from the HTML.</summary>
    /// <param name="data">From <see cref="Bind"/>.</param>
    /// <param name="zone">The time zone of dates.</param>
    /// <exception cref="LiquidException">It can't go on, or takes too much.</exception>
    internal Rendered Render(LiquidObject data, DateTimeZone zone)
    {
        var budget = new LiquidBudget();
        var subject = Render(_subject, isHtml: false) ?? "";
        var html = Render(_html, isHtml: true);
        var text = Render(_text, isHtml: false);
        if (text is null && html is not null)
        {
            // Each tag takes more than its characters elsewhere.
            budget.Step(html.Length / 4 + ((long)html.AsSpan().Count('<') * 12));
            text = HtmlText.From(html);
        }

        return new(subject, html, text, budget.Steps);

        string? Render(LiquidTemplate? part, bool isHtml) => part is null ? null : new LiquidRun(data, isHtml, zone, budget).Render(part);
    }
}
