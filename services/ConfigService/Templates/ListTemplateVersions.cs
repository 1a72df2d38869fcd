using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Templates;

/// <summary><c>GET /client/{client_id}/templates/{name}/versions</c>: newest first.</summary>
public static class ListTemplateVersions
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet($"{TemplateVersions.Path}/versions", HandleAsync)
        .WithName("ListTemplateVersions")
        .Takes(Parameter.Limit, Parameter.Cursor).Answers<VersionPage>().Refuses(ProblemCodes.TemplateNotFound, ProblemCodes.InvalidQuery);

    /// <summary>List a template's versions</summary>
    /// <remarks>Who saved what and when, newest first. A version never changes.</remarks>
    /// <response code="200">A page of versions, without bodies.</response>
    internal static async Task<VersionPage> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string name, HttpContext context, UnitOfWork unit)
    {
        var query = new Query(context);
        var limit = query.Number(Parameter.Limit);
        var before = Cursor.Read(query)?.Position ?? int.MaxValue;
        query.Checked();
        return await RunAsync(clientId, name, (int)Math.Min(before, int.MaxValue), limit, unit, context.RequestAborted);
    }

    internal static Task<VersionPage> RunAsync(
        string clientId, string name, int before, int limit, UnitOfWork unit, CancellationToken cancellationToken) => unit.QueryAsync(
        async session =>
        {
            _ = await TemplateVersions.TemplateAsync(session, clientId, name, cancellationToken);
            var versions = await session.Query<TemplateVersion>()
                .Where(version => version.ClientId == clientId && version.Name == name && version.Version < before)
                .OrderByDescending(version => version.Version)
                .Take(limit + 1)
                .Select(version => new { version.Version, version.SavedAt, version.SavedBy })
                .ToListAsync(cancellationToken);
            return new VersionPage(
                [.. versions.Take(limit).Select(version => new VersionSummary(version.Version, version.SavedAt, version.SavedBy))],
                versions.Count > limit ? new Cursor(versions[limit - 1].Version, Guid.Empty).ToString() : null);
        },
        cancellationToken);
}

/// <summary>A page of versions, newest first.</summary>
/// <param name="Items">The versions.</param>
/// <param name="NextCursor">What to pass as <c>cursor</c> for the next page; null on the last.</param>
[Example("""{"items":[{"version":3,"saved_at":"2026-11-24T15:12:09.310Z","saved_by":"operator"}],"next_cursor":null}""")]
public sealed record VersionPage([property: MaxLength(500)] IReadOnlyList<VersionSummary> Items, string? NextCursor);

/// <summary>A version of a template, without its bodies.</summary>
/// <param name="Version">The version.</param>
/// <param name="SavedAt">When it was saved.</param>
/// <param name="SavedBy"><c>operator</c>, or the client key's name.</param>
public sealed record VersionSummary(int Version, DateTimeOffset SavedAt, string SavedBy);
