using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.EmailConfigs;

/// <summary><c>GET /client/{client_id}/email-config/revisions</c>: who saved what and when, newest first.</summary>
public static class ListRevisions
{
    public sealed record Page(IReadOnlyList<Item> Items, string? NextCursor);

    public sealed record Item(long Revision, DateTimeOffset SavedAt, string SavedBy, ConfigChanges Changes);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/client/{client_id}/email-config/revisions", Handle).WithName("ListRevisions").WithTags("E-mail configuration");

    private static async Task<Page> Handle([FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit)
    {
        var query = new Query(context, "limit", "cursor");
        var limit = query.Number("limit", otherwise: 50, least: 1, most: 500);
        var before = Cursor.Read(query)?.Position ?? long.MaxValue;
        query.Checked();
        return await RunAsync(clientId, before, limit, unit, context.RequestAborted);
    }

    internal static async Task<Page> RunAsync(string clientId, long before, int limit, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var revisions = await unit.QueryAsync(
            session => session.Query<ConfigRevision>()
                .Where(revision => revision.ClientId == clientId && revision.Revision < before)
                .OrderByDescending(revision => revision.Revision)
                .Take(limit + 1)
                .ToListAsync(cancellationToken),
            cancellationToken);
        return new(
            [.. revisions.Take(limit).Select(revision => new Item(revision.Revision, revision.SavedAt, revision.SavedBy, revision.Changes))],
            revisions.Count > limit ? new Cursor(revisions[limit - 1].Revision, Guid.Empty).ToString() : null);
    }
}
