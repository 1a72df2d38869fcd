using System.Text.Json;
using Mail.Store;

namespace Mail.ConfigService.Rendering;

/// <summary>The template that an e-mail was rendered from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version.</param>
/// <param name="Data">The data that it was rendered from; null where that was erased, with the bodies.</param>
public sealed record TemplateView(string Name, int Version, [property: TemplateData] JsonElement? Data)
{
    internal static TemplateView? From(TemplateRef? template, TemplateUse? use) =>
        template is null ? null : new(template.Name, template.Version, DataOf(use));

    internal static JsonElement? DataOf(TemplateUse? use) => use is null ? null : JsonElement.Parse(use.Data);
}
