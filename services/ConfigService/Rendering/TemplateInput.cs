using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mail.ConfigService.Liquid;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Rendering;

/// <summary>A template to write an e-mail with, in place of <c>subject</c>, <c>text</c> and <c>html</c>.</summary>
internal sealed record TemplateInput
{
    /// <summary>Its name.</summary>
    [JsonRequired, StringLength(TemplateName.Max, MinimumLength = 1)]
    public string Name { get; init; } = "";

    /// <summary>
    /// The version. Where it is left out it is the current one when the item is first saved, and stays that one until a version is given,
    /// or another one is applied.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int? Version { get; init; }

    /// <summary>The variables; <c>{}</c> where left out. At most 64 KiB.</summary>
    [TemplateData]
    public JsonElement? Data { get; }

    /// <summary>Whether <c>version</c> counts as given; false in a config as it is read, where the version is only shown.</summary>
    public bool? Pinned { get; init; }

    /// <summary>The data, as compact JSON.</summary>
    internal string Json { get; init; } = "{}";

    /// <summary>The version, where it counts as given.</summary>
    internal int? GivenVersion => Pinned == false ? null : Version;

    /// <summary>Reads the field <c>template</c>; null where it is left out.</summary>
    internal static TemplateInput? Read(ObjectReader fields)
    {
        const string Field = "template";
        if (fields.Value(Field) is not { } element)
            return null;
        var errors = fields.Errors;
        var reader = new ObjectReader(element, fields.Pointer(Field), errors, "name", "version", "data", "pinned");
        foreach (var other in (ReadOnlySpan<string>)["subject", "text", "html"])
        {
            if (fields.Has(other))
                errors.Add(fields.Pointer(other), "must be left out where there is a template", ProblemCodes.ConflictingFields);
        }

        var name = reader.Text("name", TemplateName.Max, required: reader.IsObject);
        if (name is not null && !TemplateName.IsValid(name))
            errors.Add(reader.Pointer("name"), TemplateName.Rule);
        return new()
        {
            Name = name ?? "",
            Version = reader.Count("version"),
            Pinned = reader.Flag("pinned"),
            Json = TemplateData.Read(reader, "data") ?? "{}",
        };
    }
}
