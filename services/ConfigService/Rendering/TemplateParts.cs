using System.Text.Json;
using Mail.ConfigService.Liquid;
using Mail.Store;

namespace Mail.ConfigService.Rendering;

/// <summary>Makes a template out of a version as it is stored.</summary>
internal static class TemplateParts
{
    /// <summary>Parses a version; null, and told why, where it can't be read.</summary>
    internal static Template? Parse(TemplateVersion version, Action<string, TemplateError> refuse) =>
        Template.Parse(new(version.Subject, version.Html, version.Text), Declared(version.Variables), refuse);

    /// <summary>Parses a version that was parsed when it was saved.</summary>
    internal static Template Parse(TemplateVersion version) =>
        Parse(version, (part, error) => throw new InvalidOperationException($"{version.Id}, {part}: {error}"))!;

    private static DeclaredVariable Declared(IEnumerable<TemplateVariable> variables)
    {
        var declared = new DeclaredVariable();
        foreach (var variable in variables)
            declared.Declare(variable.Name, variable.Type, variable.Default is null ? null : JsonElement.Parse(variable.Default));
        return declared;
    }
}
