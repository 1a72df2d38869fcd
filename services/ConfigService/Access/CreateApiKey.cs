using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Access;

/// <summary><c>POST /client/{client_id}/api-keys</c>: makes a key, and shows it this once.</summary>
public static class CreateApiKey
{
    public sealed record Created(Guid Id, string Name, string Key, DateTimeOffset CreatedAt);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/client/{client_id}/api-keys", Handle).OperatorOnly().WithName("CreateApiKey").WithTags("API keys");

    private static async Task<IResult> Handle([FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var body = new ObjectReader(await RequestBody.ReadAsync(context), errors, "name");
        var name = body.Line("name", 128, required: true);
        errors.Throw();
        return Results.Json(await RunAsync(clientId, name!, unit, context.RequestAborted), statusCode: StatusCodes.Status201Created);
    }

    internal static async Task<Created> RunAsync(string clientId, string name, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var secret = Secrets.Make();
        var key = await unit.RunAsync(
            work =>
            {
                var key = new ApiKey { Id = Guid.CreateVersion7(), ClientId = clientId, Name = name, Hash = Secrets.Hash(secret), CreatedAt = work.Now };
                work.Session.Insert(key);
                return Task.FromResult(key);
            },
            cancellationToken);
        return new(key.Id, key.Name, secret, key.CreatedAt);
    }
}
