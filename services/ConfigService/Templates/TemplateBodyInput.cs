using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Liquid;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Templates;

/// <summary>A template: Liquid for subject, HTML and text, together at most 256 KiB.</summary>
[Example("""
    {"subject":"Welcome, {{ user.name }}","html":"<h1>Welcome, {{ user.name }}</h1><p>You have the plan {{ plan }}.</p>",
     "variables":{"plan":{"type":"string","default":"free"}},"sample":{"user":{"name":"Ada"}}}
    """)]
internal sealed record TemplateBodyInput
{
    /// <summary>The subject.</summary>
    [JsonRequired, StringLength(LiquidLimits.MaxTemplate, MinimumLength = 1)]
    public string Subject { get; init; } = "";

    /// <summary>The body as HTML; values are escaped. One of <c>html</c> and <c>text</c> is required.</summary>
    [MaxLength(LiquidLimits.MaxTemplate)]
    public string? Html { get; init; }

    /// <summary>The body as plain text; made from the HTML where left out.</summary>
    [MaxLength(LiquidLimits.MaxTemplate)]
    public string? Text { get; init; }

    /// <summary>What is declared of variables, by name: <c>plan</c>, <c>user.name</c>, <c>items[].price</c>.</summary>
    [DeclaredVariables]
    public IReadOnlyDictionary<string, VariableInput>? Variables { get; }

    /// <summary>Data to preview it with, at most 64 KiB. It is no part of a version.</summary>
    [TemplateData]
    public JsonElement? Sample { get; }

    /// <summary>Ignored: so that a template can be saved again as it was read.</summary>
    public string? Name { get; }

    /// <summary>Ignored: so that a template can be saved again as it was read.</summary>
    public int? Version { get; }

    /// <summary>Ignored: so that a template can be saved again as it was read.</summary>
    public DateTimeOffset? SavedAt { get; }

    /// <summary>Ignored: so that a template can be saved again as it was read.</summary>
    public string? SavedBy { get; }

    internal List<TemplateVariable> Declared { get; init; } = [];

    /// <summary>The sample, as compact JSON; null where there is none.</summary>
    internal string? SampleJson { get; init; }

    /// <summary>Reads and parses a template.</summary>
    /// <exception cref="ProblemException">Something is wrong with it: all of it is said.</exception>
    internal static (TemplateBodyInput Input, Template Parsed) Read(ReadOnlyMemory<byte> body)
    {
        var errors = new Errors();
        var fields = new ObjectReader(
            body, errors, "subject", "html", "text", "variables", "sample", "name", "version", "saved_at", "saved_by");
        var input = new TemplateBodyInput
        {
            Subject = fields.Body("subject", LiquidLimits.MaxTemplate) ?? "",
            Html = fields.Body("html", LiquidLimits.MaxTemplate),
            Text = fields.Body("text", LiquidLimits.MaxTemplate),
            Declared = DeclaredVariables.Read(fields),
            SampleJson = TemplateData.Read(fields, "sample"),
        };
        if (fields.IsObject && !fields.Has("subject"))
            errors.Add("/subject", "is required");
        if (fields.IsObject && !fields.Has("html") && !fields.Has("text"))
            errors.Add("", "has neither html nor text: one of them is required");
        if (Size(input.Subject) + Size(input.Html) + Size(input.Text) > LiquidLimits.MaxTemplate)
            errors.Add("", $"has more than {LiquidLimits.MaxTemplate / 1024} KiB of subject, HTML and text together");
        else if (TemplateParts.Parse(
            input.ToVersion("", "", 0, default, ""),
            (part, error) => errors.Add($"/{part}", error.ToString(), ProblemCodes.TemplateInvalid))
            is { } parsed
            && !errors.Any)
        {
            return (input, parsed);
        }

        errors.Throw();
        throw new InvalidOperationException("A template that can't be parsed has errors.");
    }

    /// <summary>The version that a save makes of it.</summary>
    internal TemplateVersion ToVersion(string clientId, string name, int version, DateTimeOffset savedAt, string savedBy) => new()
    {
        Id = TemplateVersion.IdOf(clientId, name, version),
        ClientId = clientId,
        Name = name,
        Version = version,
        Subject = Subject,
        Html = Html,
        Text = Text,
        Variables = Declared,
        SavedAt = savedAt,
        SavedBy = savedBy,
    };

    /// <summary>Whether a version says the same.</summary>
    /// <remarks>
    /// An answer shows the default null for a variable that has none and is not required, and may be sent back: for such a variable the
    /// two are the same.
    /// </remarks>
    internal bool IsSameAs(TemplateVersion version)
    {
        if (version.Subject != Subject || version.Html != Html || version.Text != Text)
            return false;
        return version.Variables.SequenceEqual(Declared)
            || (TemplateParts.Parse(version, IgnoreError) is { } before
                && TemplateParts.Parse(ToVersion("", "", 0, default, ""), IgnoreError) is { } after
                && AreShownAlike(VariableView.From(before), VariableView.From(after)));

        static void IgnoreError(string part, TemplateError error)
        {
        }
    }

    private static bool AreShownAlike(IReadOnlyDictionary<string, VariableView> some, IReadOnlyDictionary<string, VariableView> others) =>
        JsonSerializer.Serialize(some, MailJson.Options) == JsonSerializer.Serialize(others, MailJson.Options);

    private static int Size(string? text) => Encoding.UTF8.GetByteCount(text ?? "");
}

/// <summary>What is declared of a variable.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Default">What stands in for it where data leaves it out; may be null.</param>
/// <param name="Required">Ignored: so that a template can be saved again as it was read.</param>
/// <param name="Declared">False in an answer for what is only used: then it is ignored.</param>
internal sealed record VariableInput(
    [property: VariableType] string? Type = null, JsonElement? Default = null, bool? Required = null, bool? Declared = null);

/// <summary>A field that declares variables.</summary>
internal sealed class DeclaredVariablesAttribute() : HoldsAttribute("Variables by name: `plan`, `user.name`, `items[].price`.");
