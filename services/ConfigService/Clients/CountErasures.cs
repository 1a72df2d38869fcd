using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Clients;

/// <summary><c>GET /erasures</c>: what is kept of clients that were erased, in numbers.</summary>
internal static class CountErasures
{
    internal sealed record Answer(long Clients, EmailCounts Emails);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/erasures", async (HttpContext context, UnitOfWork unit) =>
        {
            _ = new Query(context).Checked();
            var (clients, emails) = await unit.ConnectAsync(connection => ClientErasure.TotalsAsync(connection, context.RequestAborted), context.RequestAborted);
            return new Answer(clients, EmailCounts.From(emails));
        }).OperatorOnly().WithName("CountErasures").WithTags("Erasure");
}
