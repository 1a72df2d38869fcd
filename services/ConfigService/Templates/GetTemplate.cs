using System.Text.Json;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Templates;

/// <summary><c>GET /client/{client_id}/templates/{name}</c>: a template, the current version or an earlier one.</summary>
public static class GetTemplate
{
    private static readonly Parameter _version =
        new("version", "The version; the current one where left out.", typeof(int)) { Min = 1, Default = 0 };

    internal static void Map(RouteGroupBuilder api) => api.MapGet(TemplateVersions.Path, HandleAsync)
        .WithName("GetTemplate").Takes(_version with { Default = null })
        .Answers<TemplateShown>(headers: AnswerHeader.ETag)
        .Refuses(ProblemCodes.TemplateNotFound, ProblemCodes.TemplateVersionNotFound, ProblemCodes.InvalidQuery);

    /// <summary>Read a template</summary>
    /// <remarks>A version of it with its bodies. Saved again as it is, the current one is unchanged.</remarks>
    /// <response code="200">The template.</response>
    internal static async Task<TemplateShown> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string name, HttpContext context, UnitOfWork unit)
    {
        var query = new Query(context);
        var version = query.Number(_version with { Max = int.MaxValue });
        query.Checked();
        var answer = await RunAsync(clientId, name, version == 0 ? null : version, unit, context.RequestAborted);
        TemplateVersions.Tag(context, answer.Version);
        return answer;
    }

    internal static Task<TemplateShown> RunAsync(
        string clientId, string name, int? version, UnitOfWork unit, CancellationToken cancellationToken) => unit.QueryAsync(
        async session =>
        {
            var template = await TemplateVersions.TemplateAsync(session, clientId, name, cancellationToken);
            var stored = await TemplateVersions.VersionAsync(session, template, version, cancellationToken);
            return new TemplateShown(
                name, stored.Version, stored.Subject, stored.Html, stored.Text, VariableView.From(TemplateParts.Parse(stored)),
                template.Sample is null ? null : JsonElement.Parse(template.Sample), stored.SavedAt, stored.SavedBy);
        },
        cancellationToken);
}

/// <summary>A version of a template.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version.</param>
/// <param name="Subject">The subject, in Liquid.</param>
/// <param name="Html">The HTML, in Liquid; null where there is none.</param>
/// <param name="Text">The text, in Liquid; null where it is made from the HTML.</param>
/// <param name="Variables">What it declares and what it uses, by name.</param>
/// <param name="Sample">Data to preview it with; null where there is none.</param>
/// <param name="SavedAt">When the version was saved.</param>
/// <param name="SavedBy"><c>operator</c>, or the client key's name.</param>
[Example("""
    {"name":"welcome","version":3,"subject":"Welcome, {{ user.name }}","html":"<h1>Welcome, {{ user.name }}</h1>","text":null,
     "variables":{"user":{"type":"any","required":true,"declared":false},"user.name":{"type":"any","required":true,"declared":false}},
     "sample":{"user":{"name":"Ada"}},"saved_at":"2026-11-24T15:12:09.310Z","saved_by":"operator"}
    """)]
public sealed record TemplateShown(
    string Name, int Version, string Subject, string? Html, string? Text,
    [property: TemplateVariables] IReadOnlyDictionary<string, VariableView> Variables, [property: TemplateData] JsonElement? Sample,
    DateTimeOffset SavedAt, string SavedBy);
