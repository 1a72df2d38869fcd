using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Templates;

/// <summary><c>GET /client/{client_id}/templates</c>: the current ones, by name.</summary>
public static class ListTemplates
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet("/client/{client_id}/templates", HandleAsync)
        .WithName("ListTemplates").Answers<TemplateList>();

    /// <summary>List a client's templates</summary>
    /// <remarks>The current version of each, by name, without bodies.</remarks>
    /// <response code="200">The templates; empty where there are none.</response>
    internal static Task<TemplateList> HandleAsync([FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        return RunAsync(clientId, unit, context.RequestAborted);
    }

    internal static async Task<TemplateList> RunAsync(string clientId, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var templates = await unit.QueryAsync(
            session => session.Query<EmailTemplate>()
                .Where(template => template.ClientId == clientId && !template.Deleted).ToListAsync(cancellationToken),
            cancellationToken);
        return new([.. templates.OrderBy(template => template.Name, StringComparer.Ordinal)
            .Select(template => new TemplateSummary(template.Name, template.Version, template.SavedAt))]);
    }
}

/// <summary>A client's templates.</summary>
/// <param name="Items">The templates, by name.</param>
[Example("""{"items":[{"name":"welcome","version":3,"saved_at":"2026-11-24T15:12:09.310Z"}]}""")]
public sealed record TemplateList([property: MaxLength(SaveTemplate.MaxTemplates)] IReadOnlyList<TemplateSummary> Items);

/// <summary>A template, without its bodies.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The current version.</param>
/// <param name="SavedAt">When that was saved.</param>
public sealed record TemplateSummary(string Name, int Version, DateTimeOffset SavedAt);
