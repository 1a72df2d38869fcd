using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Access;

/// <summary><c>DELETE /client/{client_id}/api-keys/{id}</c>: the key stops working, on every instance, with the commit.</summary>
internal static class RevokeApiKey
{
    internal static void Map(RouteGroupBuilder api) => api.MapDelete("/client/{client_id}/api-keys/{id}", HandleAsync).OperatorOnly()
        .WithName("RevokeApiKey").AnswersNothing().Refuses(ProblemCodes.ApiKeyNotFound);

    /// <summary>Revoke a client key</summary>
    /// <remarks>Takes effect at once on every instance.</remarks>
    /// <response code="204">Revoked.</response>
    internal static async Task<IResult> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, string id, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        await RunAsync(clientId, id, unit, context.RequestAborted);
        return Results.NoContent();
    }

    internal static Task RunAsync(string clientId, string id, UnitOfWork unit, CancellationToken cancellationToken) => unit.RunAsync(
        async work =>
        {
            if (!Guid.TryParse(id, out var keyId) || await work.Session.LoadAsync<ApiKey>(keyId, cancellationToken) is not { } key
                || key.ClientId != clientId)
            {
                throw new ProblemException(ProblemCodes.ApiKeyNotFound);
            }

            work.Session.Delete(key);
            return true;
        },
        cancellationToken);
}
