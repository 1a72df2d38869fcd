using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mail.ConfigService.Templates;

namespace Mail.ConfigService.Page;

/// <summary>What the editor's fields hold.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Html">The HTML; empty where there is none.</param>
/// <param name="Text">The text; empty where there is none.</param>
/// <param name="Variables">What is declared, as JSON.</param>
/// <param name="Sample">The sample, as JSON.</param>
/// <param name="IfMatch">The version that is edited, as an entity tag; empty where there is none.</param>
/// <param name="Do">What to do with it.</param>
public sealed record TemplateForm(string Subject, string Html, string Text, string Variables, string Sample, string IfMatch, string Do = "")
{
    private static readonly JsonSerializerOptions _readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static TemplateForm From(TemplateShown? template) => template is null
        ? new("", "", "", "{}", "{}", "")
        : new(
            template.Subject, template.Html ?? "", template.Text ?? "",
            Readable(JsonSerializer.SerializeToNode(template.Variables.Where(variable => variable.Value.Declared)
                .ToDictionary(variable => variable.Key, variable => Declared(variable.Value), StringComparer.Ordinal))),
            template.Sample is { } sample ? Readable(JsonNode.Parse(sample.GetRawText())) : "{}",
            string.Create(CultureInfo.InvariantCulture, $"\"{template.Version}\""));

    internal static TemplateForm From(IFormCollection form) => new(
        form["subject"].ToString(), form["html"].ToString().ReplaceLineEndings("\n"), form["text"].ToString().ReplaceLineEndings("\n"),
        form["variables"].ToString(), form["sample"].ToString(), form["version"].ToString(), form["do"].ToString());

    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["subject"] = Subject };
        foreach (var (field, text) in new[] { ("html", Html), ("text", Text) })
        {
            if (text.Length > 0)
                json[field] = text;
        }

        foreach (var (field, text) in new[] { ("variables", Variables), ("sample", Sample) })
        {
            if (!string.IsNullOrWhiteSpace(text))
                json[field] = JsonNode.Parse(text);
        }

        return json;
    }

    private static JsonObject Declared(VariableView variable)
    {
        var json = new JsonObject { ["type"] = variable.Type };
        if (variable.Default is { } otherwise)
            json["default"] = JsonNode.Parse(otherwise.GetRawText());
        return json;
    }

    private static string Readable(JsonNode? json) => json?.ToJsonString(_readable) ?? "{}";
}
