using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Clients;

/// <summary><c>GET /erasures</c>: what is kept of clients that were erased, in numbers.</summary>
internal static class CountErasures
{
    internal sealed record Answer(long Clients, EmailCounts Emails);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/erasures", async (HttpContext context, NpgsqlDataSource dataSource) =>
        {
            _ = new Query(context).Checked();
            await using var connection = await dataSource.OpenConnectionAsync(context.RequestAborted);
            var (clients, emails) = await ClientErasure.TotalsAsync(connection, context.RequestAborted);
            return new Answer(clients, EmailCounts.Of(emails));
        }).OperatorOnly().WithName("CountErasures").WithTags("Erasure");
}
