using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.EmailConfigs;

/// <summary><c>GET /client/{client_id}/email-config/revisions</c>: who saved what and when, newest first.</summary>
public static class ListRevisions
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet("/client/{client_id}/email-config/revisions", HandleAsync)
        .WithName("ListRevisions")
        .Takes(Parameter.Limit, Parameter.Cursor).Answers<RevisionPage>().Refuses(ProblemCodes.InvalidQuery, ProblemCodes.InvalidBody);

    /// <summary>List a config's revisions</summary>
    /// <remarks>Who saved what and when, newest first. A save that changes nothing makes no revision.</remarks>
    /// <response code="200">A page of revisions; empty for a client that never saved.</response>
    internal static async Task<RevisionPage> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit)
    {
        var query = new Query(context);
        var limit = query.Number(Parameter.Limit);
        var before = Cursor.Read(query)?.Position ?? long.MaxValue;
        query.Checked();
        return await RunAsync(clientId, before, limit, unit, context.RequestAborted);
    }

    internal static async Task<RevisionPage> RunAsync(
        string clientId, long before, int limit, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var revisions = await unit.QueryAsync(
            session => session.Query<ConfigRevision>()
                .Where(revision => revision.ClientId == clientId && revision.Revision < before)
                .OrderByDescending(revision => revision.Revision)
                .Take(limit + 1)
                .ToListAsync(cancellationToken),
            cancellationToken);
        return new(
            [
                .. revisions.Take(limit)
                    .Select(revision => new RevisionView(revision.Revision, revision.SavedAt, revision.SavedBy, revision.Changes)),
            ],
            revisions.Count > limit ? new Cursor(revisions[limit - 1].Revision, Guid.Empty).ToString() : null);
    }
}

/// <summary>A page of revisions, newest first.</summary>
/// <param name="Items">The revisions.</param>
/// <param name="NextCursor">What to pass as <c>cursor</c> for the next page; null on the last.</param>
[Example("""
    {"items":[{"revision":3,"saved_at":"2026-11-24T15:12:09.310Z","saved_by":"operator",
      "changes":{"scheduled":1,"kept":1,"superseded":1,"removed":1,"too_late":[]}}],"next_cursor":null}
    """)]
public sealed record RevisionPage([property: MaxLength(500)] IReadOnlyList<RevisionView> Items, string? NextCursor);

/// <summary>Who saved what, and when.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="SavedAt">When it was saved.</param>
/// <param name="SavedBy"><c>operator</c>, or the client key's name.</param>
/// <param name="Changes">What it changed.</param>
public sealed record RevisionView(long Revision, DateTimeOffset SavedAt, string SavedBy, ConfigChanges Changes);
