using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Access;

/// <summary><c>GET /client/{client_id}/api-keys</c></summary>
public static class ListApiKeys
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet("/client/{client_id}/api-keys", HandleAsync).OperatorOnly()
        .WithName("ListApiKeys").Answers<ApiKeyList>();

    /// <summary>List a client's keys</summary>
    /// <remarks>Names and times, never the keys themselves.</remarks>
    /// <response code="200">The keys.</response>
    internal static Task<ApiKeyList> HandleAsync([FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        return RunAsync(clientId, unit, context.RequestAborted);
    }

    internal static async Task<ApiKeyList> RunAsync(string clientId, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var keys = await unit.QueryAsync(
            session => session.Query<ApiKey>().Where(key => key.ClientId == clientId).OrderBy(key => key.Id).ToListAsync(cancellationToken),
            cancellationToken);
        return new([.. keys.Select(key => new ApiKeyView(key.Id, key.Name, key.CreatedAt, key.LastUsedAt))]);
    }
}

/// <summary>A client's keys.</summary>
/// <param name="Items">The keys, oldest first.</param>
[Example("""
    {"items":[{"id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","name":"shop","created_at":"2026-11-24T15:12:09.310Z","last_used_at":null}]}
    """)]
public sealed record ApiKeyList(IReadOnlyList<ApiKeyView> Items);

/// <summary>A key, without its secret.</summary>
/// <param name="Id">By which it is revoked.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="LastUsedAt">When it was last used, to the minute; null where never.</param>
public sealed record ApiKeyView(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt);
