using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;

namespace Mail.ConfigService.Holds;

/// <summary><c>GET /holds</c>: what is held back, since when, by whom.</summary>
public static class ListHolds
{
    public sealed record Page(IReadOnlyList<Item> Items);

    public sealed record Item(string? ClientId, string? Reason, DateTimeOffset Since, string By);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/holds", async (HttpContext context, UnitOfWork unit) =>
        {
            _ = new Query(context).Checked();
            return await RunAsync(unit, context.RequestAborted);
        }).OperatorOnly().WithName("ListHolds").WithTags("Holding back");

    internal static async Task<Page> RunAsync(UnitOfWork unit, CancellationToken cancellationToken)
    {
        var holds = await unit.QueryAsync(session => session.Query<Hold>().OrderBy(hold => hold.Id).ToListAsync(cancellationToken), cancellationToken);
        return new([.. holds.Select(hold => new Item(hold.Id == Hold.Everything ? null : hold.Id, hold.Reason, hold.Since, hold.By))]);
    }
}
