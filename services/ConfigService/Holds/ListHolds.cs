using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;

namespace Mail.ConfigService.Holds;

/// <summary><c>GET /holds</c>: what is held back, since when, by whom.</summary>
internal static class ListHolds
{
    internal sealed record Page(IReadOnlyList<Item> Items);

    internal sealed record Item(string? ClientId, string? Reason, DateTimeOffset Since, string By);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/holds", async (HttpContext context, IDocumentStore store) =>
        {
            _ = new Query(context).Checked();
            await using var session = store.QuerySession();
            var holds = await session.Query<Hold>().OrderBy(hold => hold.Id).ToListAsync(context.RequestAborted);
            return new Page([.. holds.Select(hold => new Item(hold.Id == Hold.Everything ? null : hold.Id, hold.Reason, hold.Since, hold.By))]);
        }).OperatorOnly().WithName("ListHolds").WithTags("Holding back");
}
