using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;

namespace Mail.ConfigService.Holds;

/// <summary><c>GET /holds</c>: what is held back, since when, by whom.</summary>
public static class ListHolds
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet("/holds", HandleAsync).OperatorOnly()
        .WithName("ListHolds").Answers<HoldList>();

    /// <summary>List what is held back</summary>
    /// <remarks>The hold on everything and those on clients, each with its reason, since when, and by whom.</remarks>
    /// <response code="200">The holds; empty where nothing is held.</response>
    internal static Task<HoldList> HandleAsync(HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        return RunAsync(unit, context.RequestAborted);
    }

    internal static async Task<HoldList> RunAsync(UnitOfWork unit, CancellationToken cancellationToken)
    {
        var holds = await unit.QueryAsync(
            session => session.Query<Hold>().OrderBy(hold => hold.Id).ToListAsync(cancellationToken), cancellationToken);
        return new([.. holds.Select(hold => new HoldView(hold.Id == Hold.Everything ? null : hold.Id, hold.Reason, hold.Since, hold.By))]);
    }
}

/// <summary>What is held back.</summary>
/// <param name="Items">The holds.</param>
[Example("""{"items":[{"client_id":null,"reason":"The shop is being moved","since":"2026-11-24T15:12:09.310Z","by":"operator"}]}""")]
public sealed record HoldList(IReadOnlyList<HoldView> Items);

/// <summary>A hold.</summary>
/// <param name="ClientId">The client; null where everything is held.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when.</param>
/// <param name="By">
/// <c>operator</c>, or <c>restore_fence</c> where the system held itself on a database that was restored, cloned or rolled back.
/// </param>
public sealed record HoldView(string? ClientId, string? Reason, DateTimeOffset Since, string By);
