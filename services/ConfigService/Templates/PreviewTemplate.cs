using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Liquid;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Templates;

/// <summary><c>POST /client/{client_id}/templates/{name}/preview</c>: what an e-mail would say. Sends nothing.</summary>
internal static class PreviewTemplate
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost($"{TemplateVersions.Path}/preview", HandleAsync)
        .WithName("PreviewTemplate").MayTake<PreviewInput>().Answers<TemplatePreview>()
        .Refuses(
            ProblemCodes.TemplateNotFound, ProblemCodes.TemplateVersionNotFound, ProblemCodes.TemplateInvalid,
            ProblemCodes.TemplateVariableType, ProblemCodes.TemplateTooCostly);

    /// <summary>Preview a template</summary>
    /// <remarks>
    /// Renders a version with data, or with its sample where there is none, and sends nothing. What the data lacks is empty, and named in
    /// `missing`.
    /// </remarks>
    /// <response code="200">What an e-mail would say.</response>
    internal static async Task<TemplatePreview> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string name, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var fields = new ObjectReader(await RequestBody.ReadAsync(context, optional: true), errors, "version", "data");
        var (version, data) = (fields.Count("version"), TemplateData.Read(fields, "data"));
        errors.Throw();
        return await RunAsync(clientId, name, version, data, unit, context.RequestAborted);
    }

    internal static async Task<TemplatePreview> RunAsync(
        string clientId, string name, int? version, string? data, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var (template, stored) = await unit.QueryAsync(
            async session =>
            {
                var template = await TemplateVersions.TemplateAsync(session, clientId, name, cancellationToken);
                return (template, await TemplateVersions.VersionAsync(session, template, version, cancellationToken));
            },
            cancellationToken);
        return Render(stored.Version, TemplateParts.Parse(stored), data ?? template.Sample ?? "{}");
    }

    /// <summary>Renders a template that need not be saved.</summary>
    internal static TemplatePreview Render(int version, Template template, string data)
    {
        var (errors, missing, unused) = (new Errors(), new List<string>(), new List<string>());
        using var document = JsonDocument.Parse(data, RequestBody.Options);
        var values = template.Bind(document.RootElement, (pointer, error, sentence) =>
        {
            if (error == DataError.Missing)
                missing.Add(pointer);
            else if (error == DataError.Unknown)
                unused.Add(pointer);
            else
                errors.Add($"/data{pointer}", sentence, RenderedContent.CodeOf(error));
        });
        errors.Throw();
        var rendered = RenderedContent.Preview(template, values, isWhole: missing.Count == 0, errors);
        errors.Throw();
        return new(
            version, rendered!.Subject, rendered.Html, rendered.Text, [.. missing.Distinct(StringComparer.Ordinal)], unused,
            PreviewSize.Measure(rendered));
    }
}

/// <summary>What to preview a template with.</summary>
/// <param name="Version">The version; the current one where left out.</param>
/// <param name="Data">The variables; the sample where left out.</param>
[Example("""{"version":3,"data":{"user":{"name":"Ada"}}}""")]
internal sealed record PreviewInput(
    [property: Range(1, int.MaxValue)] int? Version = null, [property: TemplateData] JsonElement? Data = null);

/// <summary>What an e-mail would say.</summary>
/// <param name="Version">The version that was rendered.</param>
/// <param name="Subject">The subject.</param>
/// <param name="Html">The HTML; null where the template has none.</param>
/// <param name="Text">The text, written or made from the HTML.</param>
/// <param name="Missing">What the template needs and the data lacks, as JSON pointers into the data.</param>
/// <param name="Unused">What the data has and the template neither uses nor declares, as JSON pointers into the data.</param>
/// <param name="Size">Bytes of the message, without its recipients.</param>
[Example("""
    {"version":3,"subject":"Welcome, Ada","html":"<h1>Welcome, Ada</h1>","text":"Welcome, Ada\n============\n","missing":[],"unused":[],
     "size":615}
    """)]
public sealed record TemplatePreview(
    int Version, string Subject, string? Html, string? Text, IReadOnlyList<string> Missing, IReadOnlyList<string> Unused, long Size);
