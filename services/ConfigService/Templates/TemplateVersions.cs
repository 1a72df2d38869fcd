using System.Globalization;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;

namespace Mail.ConfigService.Templates;

/// <summary>Templates as HTTP has them: names in paths, entity tags (RFC 9110 section 8.8.3) and conditions (13.1.1).</summary>
internal static class TemplateVersions
{
    internal const string Path = "/client/{client_id}/templates/{name}";

    internal static Parameter IfMatch { get; } = new(
        "If-Match",
        "The `ETag` that the template is believed to have, for example `\"3\"`, or `*` for any. At another version nothing changes, and "
        + "the answer is 412.",
        typeof(string)) { IsHeader = true };

    /// <summary>Saves of one client's templates take turns: the name of <see cref="UnitOfWork.RunInTurnAsync"/>.</summary>
    internal static string TurnOf(string clientId) => $"mail.templates/{clientId}";

    internal static void Tag(HttpContext context, int version) =>
        context.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Refuses a save against another version than the caller believes to be the current one.</summary>
    internal static void Check(Preconditions preconditions, EmailTemplate? template)
    {
        if (preconditions.Refuse("template", "version", template is { Deleted: false } ? template.Version : null) is { } sentence)
            throw new ProblemException(ProblemCodes.VersionMismatch, sentence);
    }

    /// <summary>A template that is there, or the refusal that there is none.</summary>
    internal static async Task<EmailTemplate> TemplateAsync(
        IQuerySession session, string clientId, string name, CancellationToken cancellationToken) =>
        TemplateName.IsValid(name)
        && await session.LoadAsync<EmailTemplate>(EmailTemplate.IdOf(clientId, name), cancellationToken) is { Deleted: false } template
            ? template
            : throw new ProblemException(ProblemCodes.TemplateNotFound);

    /// <summary>A version of a template, the current one where none is named, or the refusal that there is none.</summary>
    internal static async Task<TemplateVersion> VersionAsync(
        IQuerySession session, EmailTemplate template, int? version, CancellationToken cancellationToken) =>
        await session.LoadAsync<TemplateVersion>(
            TemplateVersion.IdOf(template.ClientId, template.Name, version ?? template.Version), cancellationToken)
            ?? throw new ProblemException(
                ProblemCodes.TemplateVersionNotFound, $"The template has no version {version}: the current one is {template.Version}.");
}
