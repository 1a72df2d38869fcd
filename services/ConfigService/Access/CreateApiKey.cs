using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Access;

/// <summary><c>POST /client/{client_id}/api-keys</c>: makes a key, and shows it this once.</summary>
public static class CreateApiKey
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost("/client/{client_id}/api-keys", HandleAsync).OperatorOnly()
        .WithName("CreateApiKey").Takes<ApiKeyInput>().Answers<ApiKeyCreated>(StatusCodes.Status201Created);

    /// <summary>Make a client key</summary>
    /// <remarks>
    /// A key for everything under the client's own path except keys, and for its e-mails. It is shown this once, and stored only hashed.
    /// </remarks>
    /// <response code="201">Made: note the key now.</response>
    internal static async Task<IResult> HandleAsync([FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var body = new ObjectReader(await RequestBody.ReadAsync(context), errors, "name");
        var name = body.Line("name", ApiKeyInput.MaxName, required: true);
        errors.Throw();
        return Results.Json(await RunAsync(clientId, name!, unit, context.RequestAborted), statusCode: StatusCodes.Status201Created);
    }

    internal static async Task<ApiKeyCreated> RunAsync(string clientId, string name, UnitOfWork unit, CancellationToken cancellationToken)
    {
        var secret = Secrets.Make();
        var key = await unit.RunAsync(
            work =>
            {
                var key = new ApiKey
                {
                    Id = Guid.CreateVersion7(),
                    ClientId = clientId,
                    Name = name,
                    Hash = Secrets.Hash(secret),
                    CreatedAt = work.Now,
                };
                work.Session.Insert(key);
                return Task.FromResult(key);
            },
            cancellationToken);
        return new(key.Id, key.Name, secret, key.CreatedAt);
    }
}

/// <summary>The new key's name.</summary>
/// <param name="Name">For people: it stands in revisions as <c>saved_by</c>.</param>
[Example("""{"name":"shop"}""")]
internal sealed record ApiKeyInput(
    [property: StringLength(ApiKeyInput.MaxName, MinimumLength = 1), RegularExpression(EmailFields.LinePattern)] string Name)
{
    internal const int MaxName = 128;
}

/// <summary>The new key, shown this once.</summary>
/// <param name="Id">By which it is revoked.</param>
/// <param name="Name">Its name.</param>
/// <param name="Key">The secret. Only its hash is kept.</param>
/// <param name="CreatedAt">When it was made.</param>
[Example("""
    {"id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","name":"shop","key":"mail_3q2-7wHc0o3b1f9kZr8sVYtQmXeJ4pLdA6uGiNhKxBE",
     "created_at":"2026-11-24T15:12:09.310Z"}
    """)]
public sealed record ApiKeyCreated(Guid Id, string Name, string Key, DateTimeOffset CreatedAt);
