using Mail.ConfigService.Emails;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>
/// Renders the items of a config that are written with templates. One that says what it said before is not rendered again: it is
/// known by its template, version and data, also when the template was deleted meanwhile.
/// </summary>
internal static class RenderItems
{
    // Of what is rendered to be checked, this many characters are kept until they are stored; the rest is rendered once more then.
    private const int MaxKept = 16 * 1024 * 1024;

    /// <summary>Renders. What can't be rendered is in <paramref name="errors"/>, and the result is then not to be used.</summary>
    /// <param name="templates">The templates of the request.</param>
    /// <param name="attachments">Holds what was rendered against the attachments.</param>
    /// <param name="wanted">The items, in the order given.</param>
    /// <param name="current">The items of the config as it stands.</param>
    /// <param name="errors">Collects what is wrong.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal static async Task<List<WantedItem>> RenderAsync(
        EmailTemplates templates, EmailAttachments attachments, List<WantedItem> wanted, IReadOnlyCollection<ConfigItem> current,
        Errors errors, CancellationToken cancellationToken)
    {
        if (wanted.TrueForAll(item => item.Input.Template is null))
            return wanted;
        var byKey = current.ToDictionary(item => item.Key, StringComparer.Ordinal);
        var held = wanted.ConvertAll(item => Held(item, byKey.GetValueOrDefault(item.Key)));
        await templates.ReadAsync(
            [
                .. held.Where(item => item is { IsSame: false, Item.Input.Template: not null })
                    .Select(item => (item.Item.Input.Template!.Name, item.Version)),
            ],
            cancellationToken);
        var kept = 0L;
        return [.. held.Select(
            (item, index) => item.IsSame || item.Item.Input.Template is null ? item.Item : Render(item.Item, item.Version, index))];

        WantedItem Render(WantedItem item, int? version, int index)
        {
            var template = item.Input.Template!;
            if (templates.Render(template, version, $"/emails/{index}", errors, item.Input.Zone) is not { } content)
                return item;
            var rendered = item.Input.With(content);
            attachments.CheckRendered(rendered, errors);
            var used = content.Template;
            kept += content.Subject.Length + (content.Html?.Length ?? 0) + (content.Text?.Length ?? 0);
            return item with
            {
                Fingerprint = Fingerprint(item, used.Version),
                Template = new(used.Name, used.Version, template.GivenVersion is not null, Rendered(rendered, item.SavedDue, used)),
                Render = kept <= MaxKept ? () => rendered : () => item.Input.With(templates.RenderAgain(used, item.Input.Zone)),
            };
        }
    }

    /// <summary>The fingerprint of what was rendered: another version that changes nothing has the same.</summary>
    internal static string Rendered(EmailInput rendered, DateTimeOffset due, TemplateUse template) =>
        TemplateData.Fingerprint(rendered.Fingerprint(due, rendered.SendBefore), template.Name, version: null, template.Data);

    /// <summary>The fingerprint of an item that is written with a version of a template.</summary>
    internal static string Fingerprint(WantedItem item, int version) =>
        TemplateData.Fingerprint(
            item.Input.Fingerprint(item.SavedDue, item.Input.SendBefore), item.Input.Template!.Name, version, item.Input.Template.Json);

    // The version that an item is to have, null for the current one, and whether it is what it was.
    private static (WantedItem Item, int? Version, bool IsSame) Held(WantedItem item, ConfigItem? old)
    {
        if (item.Input.Template is not { } template)
            return (item, null, false);
        if (item.Template is { } known)
            return (item, known.Version, true);
        var before = old?.Template?.Name == template.Name ? old.Template : null;
        if ((template.GivenVersion ?? before?.Version) is not { } version)
            return (item, null, false);
        var fingerprint = Fingerprint(item, version);
        return before is not null && old!.Fingerprint == fingerprint && !item.IsRezoned
            ? (
                item with { Fingerprint = fingerprint, Template = before with { Pinned = template.GivenVersion is not null } }, version,
                true)
            : (item, version, false);
    }
}
