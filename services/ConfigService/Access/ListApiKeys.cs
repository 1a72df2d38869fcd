using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Access;

/// <summary><c>GET /client/{client_id}/api-keys</c></summary>
public static class ListApiKeys
{
    public sealed record Item(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);

    public sealed record Page(IReadOnlyList<Item> Items);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/client/{client_id}/api-keys", Handle).OperatorOnly().WithName("ListApiKeys").WithTags("API keys");

    private static async Task<Page> Handle([FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        return await RunAsync(clientId, unit, context.RequestAborted);
    }

    internal static async Task<Page> RunAsync(string clientId, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var keys = await unit.QueryAsync(
            session => session.Query<ApiKey>().Where(key => key.ClientId == clientId).OrderBy(key => key.Id).ToListAsync(cancellationToken), cancellationToken);
        return new([.. keys.Select(key => new Item(key.Id, key.Name, key.CreatedAt, key.LastUsedAt))]);
    }
}
