using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Access;

/// <summary><c>POST /client/{client_id}/api-keys</c>: makes a key, and shows it this once.</summary>
public static class CreateApiKey
{
    public sealed record Created(Guid Id, string Name, string Key, DateTimeOffset CreatedAt);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/client/{client_id}/api-keys", Handle).OperatorOnly().WithName("CreateApiKey").WithTags("API keys");

    private static async Task<IResult> Handle([FromRoute(Name = "client_id")] string clientId, HttpContext context, IDocumentStore store, TimeProvider time)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var body = new ObjectReader((await RequestBody.ReadAsync(context)).Root, "", errors, "name");
        var name = body.Line("name", 128, required: true);
        errors.Throw();
        return Results.Json(await RunAsync(clientId, name!, store, time, context.RequestAborted), statusCode: StatusCodes.Status201Created);
    }

    internal static async Task<Created> RunAsync(string clientId, string name, IDocumentStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var secret = Secrets.Make();
        var key = new ApiKey { Id = Guid.CreateVersion7(), ClientId = clientId, Name = name, Hash = Secrets.Hash(secret), CreatedAt = time.GetUtcNow() };
        await using var session = store.LightweightSession();
        session.Insert(key);
        await session.SaveChangesAsync(cancellationToken);
        return new(key.Id, key.Name, secret, key.CreatedAt);
    }
}
