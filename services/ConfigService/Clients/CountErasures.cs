using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Clients;

/// <summary><c>GET /erasures</c>: what is kept of clients that were erased, in numbers.</summary>
internal static class CountErasures
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet("/erasures", HandleAsync).OperatorOnly()
        .WithName("CountErasures").Answers<Erasures>();

    /// <summary>Count what was erased</summary>
    /// <remarks>How many clients were erased so far, and how many e-mails stood at each status.</remarks>
    /// <response code="200">The numbers.</response>
    internal static async Task<Erasures> HandleAsync(HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        var (clients, emails) = await unit.ConnectAsync(
            connection => ClientErasure.TotalsAsync(connection, context.RequestAborted), context.RequestAborted);
        return new(clients, ErasedEmails.From(emails));
    }
}

/// <summary>What is kept of all clients that were erased.</summary>
/// <param name="Clients">How many clients.</param>
/// <param name="Emails">Their e-mails.</param>
[Example("""{"clients":1,"emails":{"sent":120,"failed":1,"unknown":0,"cancelled":4,"expired":0}}""")]
internal sealed record Erasures(long Clients, ErasedEmails Emails);
