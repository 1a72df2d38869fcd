using System.Text.Json;
using Mail.ConfigService.Liquid;
using NodaTime;

namespace Mail.Tests.Decisions.ConfigService.Liquid;

/// <summary>Renders templates in a line.</summary>
internal static class Rendering
{
    internal static Template Parse(string? text = null, string? html = null, string subject = "s", DeclaredVariable? declared = null)
    {
        var errors = new List<string>();
        var template = Template.Parse(new(subject, html, text), declared ?? new(), (part, error) => errors.Add($"{part}: {error}"));
        Assert.Empty(errors);
        return template!;
    }

    internal static List<string> Errors(string text)
    {
        var errors = new List<string>();
        Template.Parse(new("s", Html: null, text), new(), (_, error) => errors.Add(error.ToString()));
        return errors;
    }

    internal static (LiquidObject Values, List<(string Pointer, DataError Error)> Errors) Bind(Template template, string data)
    {
        var errors = new List<(string, DataError)>();
        using var document = JsonDocument.Parse(data);
        return (template.Bind(document.RootElement, (pointer, error, _) => errors.Add((pointer, error))), errors);
    }

    internal static string Text(string source, string data = "{}", DateTimeZone? zone = null, DeclaredVariable? declared = null) =>
        Render(Parse(source, declared: declared), data, zone).Text!;

    internal static string Html(string source, string data = "{}", DeclaredVariable? declared = null) =>
        Render(Parse(html: source, declared: declared), data, zone: null).Html!;

    internal static Template.Rendered Render(Template template, string data, DateTimeZone? zone)
    {
        var (values, errors) = Bind(template, data);
        Assert.Empty(errors);
        return template.Render(values, zone ?? DateTimeZone.Utc);
    }

    internal static DeclaredVariable Declared(string name, string? type, string? @default = null)
    {
        var declared = new DeclaredVariable();
        declared.Declare(name, type, @default is null ? null : JsonDocument.Parse(@default).RootElement);
        return declared;
    }
}
