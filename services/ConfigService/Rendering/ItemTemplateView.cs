using System.Text.Json;
using Mail.Store;

namespace Mail.ConfigService.Rendering;

/// <summary>The template that an item of a config is written with. Saved again as it is, it is unchanged.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that its e-mail is of.</param>
/// <param name="Pinned">
/// Whether the config names the version. If not, another version can be applied to it; sent back as false, the version is ignored.
/// </param>
/// <param name="Data">The variables; null where they were erased, with the bodies.</param>
public sealed record ItemTemplateView(string Name, int Version, bool Pinned, [property: TemplateData] JsonElement? Data)
{
    internal static ItemTemplateView? From(ItemTemplate? template, TemplateUse? use) =>
        template is null ? null : new(template.Name, template.Version, template.Pinned, TemplateView.DataOf(use));
}
