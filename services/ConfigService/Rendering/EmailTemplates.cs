using Mail.ConfigService.Liquid;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using NodaTime;

namespace Mail.ConfigService.Rendering;

/// <summary>The templates that one request renders e-mails from, each read and parsed once.</summary>
internal sealed class EmailTemplates(IQuerySession session, string clientId)
{
    /// <summary>The most versions that one request may use: they are in memory at the same time.</summary>
    internal const int MaxVersions = 200;

    private readonly Dictionary<string, EmailTemplate?> _current = new(StringComparer.Ordinal);
    private readonly Dictionary<TemplateRef, Template?> _versions = [];
    private readonly RenderedTotal _total = new();

    /// <summary>Reads what is needed to render e-mails from these.</summary>
    /// <param name="wanted">Each name, with the version where it is known.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal async Task ReadAsync(IReadOnlyCollection<(string Name, int? Version)> wanted, CancellationToken cancellationToken)
    {
        var names = wanted.Select(each => each.Name).Where(name => !_current.ContainsKey(name)).Distinct(StringComparer.Ordinal).ToList();
        foreach (var part in names.Chunk(500))
        {
            var found = (await session.LoadManyAsync<EmailTemplate>(
                cancellationToken, part.Select(name => EmailTemplate.IdOf(clientId, name))))
                .ToDictionary(template => template.Name, StringComparer.Ordinal);
            foreach (var name in part)
                _current[name] = found.GetValueOrDefault(name);
        }

        var missing = wanted.Select(each => (each.Name, Version: each.Version ?? CurrentOf(each.Name)))
            .Where(each => each.Version is not null)
            .Select(each => new TemplateRef(each.Name, each.Version!.Value))
            .Distinct().Where(version => !_versions.ContainsKey(version)).ToList();
        foreach (var version in missing.Take(MaxVersions - _versions.Count))
        {
            var stored = await session.LoadAsync<TemplateVersion>(
                TemplateVersion.IdOf(clientId, version.Name, version.Version), cancellationToken);
            _versions[version] = stored is null ? null : TemplateParts.Parse(stored);
        }
    }

    /// <summary>The current version of a template; null where there is none, or no longer.</summary>
    internal int? CurrentOf(string name) => _current[name] is { Deleted: false } template ? template.Version : null;

    /// <summary>Renders what was rendered before.</summary>
    internal RenderedContent RenderAgain(TemplateUse use, DateTimeZone zone) =>
        RenderedContent.Make(_versions[use.Ref]!, use, pointer: "", new Errors(), zone)
        ?? throw new InvalidOperationException($"{use.Ref} was rendered before.");

    /// <summary>Renders an e-mail. Null where that can't be done, which is then in <paramref name="errors"/>.</summary>
    /// <param name="template">What the e-mail says.</param>
    /// <param name="version">The version, where it is not the current one.</param>
    /// <param name="pointer">Where the e-mail stands in the body.</param>
    /// <param name="errors">Collects what is wrong.</param>
    /// <param name="zone">The time zone of dates.</param>
    internal RenderedContent? Render(TemplateInput template, int? version, string pointer, Errors errors, DateTimeZone zone)
    {
        pointer = $"{pointer}/template";
        // What was read was wrong already.
        if (template.Name.Length == 0)
            return null;
        if (CurrentOf(template.Name) is not { } current)
        {
            errors.Add($"{pointer}/name", "names no template of this client", ProblemCodes.TemplateNotFound);
            return null;
        }

        var wanted = new TemplateRef(template.Name, version ?? current);
        if (_versions.GetValueOrDefault(wanted) is { } parsed)
            return RenderedContent.Make(parsed, new(wanted.Name, wanted.Version, template.Json), pointer, errors, zone, _total);
        if (!_versions.ContainsKey(wanted))
            errors.Add(pointer, $"is one of more than {MaxVersions} versions of templates in this request");
        else
        {
            errors.Add(
                $"{pointer}/version", $"is no version of this template: the current one is {current}",
                ProblemCodes.TemplateVersionNotFound);
        }

        return null;
    }
}
