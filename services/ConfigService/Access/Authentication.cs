using Mail.ConfigService.Problems;
using Mail.Store;
using Marten;
using Npgsql;

namespace Mail.ConfigService.Access;

/// <summary>
/// Finds the caller that a key belongs to. Keys are looked up at each request, so that a revoked key stops working at once on every
/// instance.
/// </summary>
internal sealed class Authentication(OperatorKey operatorKey, UnitOfWork unit, WrongKeys wrongKeys, TimeProvider time)
{
    internal const int MaxCharacters = 512;
    private const string Touch = $"""
        update {MailRegistry.Schema}.mt_doc_api_key set data = data || jsonb_build_object('last_used_at', statement_timestamp())
        where id = $1 and coalesce((data->>'last_used_at')::timestamptz, '-infinity') < statement_timestamp() - interval '1 minute'
        """;

    // How exact last_used_at is: a write for each request would cost more than it tells.
    private static readonly TimeSpan _touched = TimeSpan.FromMinutes(1);

    /// <summary>The bearer of the key in the request's headers.</summary>
    internal Task<Caller> CallerAsync(HttpContext context) => CallerAsync(KeyOf(context.Request), context);

    /// <summary>The bearer of a key; wrong ones are counted.</summary>
    internal async Task<Caller> CallerAsync(string? key, HttpContext context)
    {
        if (key is not { Length: > 0 and <= MaxCharacters })
            throw Unauthorized("No API key: send Authorization: Bearer KEY, or X-API-Key: KEY.");
        var hash = Secrets.Hash(key);
        if (operatorKey.Is(hash))
            return Caller.Operator;
        if (key.StartsWith(Secrets.Prefix, StringComparison.Ordinal) && await ClientKeyAsync(hash, context.RequestAborted) is { } clientKey)
            return new(clientKey.ClientId, clientKey.Name, clientKey.Id);
        if (wrongKeys.Count(context.Connection.RemoteIpAddress) is { } seconds)
        {
            throw new ProblemException(
                ProblemCodes.TooManyWrongKeys, $"Too many wrong API keys from this address: try again in {seconds} s.")
            {
                RetryAfter = seconds,
            };
        }

        throw Unauthorized("This API key is not known, or was revoked.");
    }

    /// <summary>The bearer of a key that was good before; null where it was revoked.</summary>
    internal async Task<Caller?> CallerAsync(Guid keyId, CancellationToken cancellationToken)
    {
        if (keyId == Caller.Operator.KeyId)
            return Caller.Operator;
        return await unit.QueryAsync(session => session.LoadAsync<ApiKey>(keyId, cancellationToken), cancellationToken) is { } key
            ? new(key.ClientId, key.Name, key.Id)
            : null;
    }

    private async Task<ApiKey?> ClientKeyAsync(string hash, CancellationToken cancellationToken)
    {
        var key = await unit.QueryAsync(
            session => session.Query<ApiKey>().Where(candidate => candidate.Hash == hash).FirstOrDefaultAsync(cancellationToken),
            cancellationToken);
        if (key is null || !Secrets.Same(key.Hash, hash))
            return null;
        if (key.LastUsedAt is null || time.GetUtcNow() - key.LastUsedAt > _touched)
            await TryTouchAsync(key.Id, cancellationToken);
        return key;
    }

    private async Task TryTouchAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await TouchAsync(id, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            // It is not worth a failure: what the request asks for may need no write.
        }
    }

    // Among requests that come together the condition lets one write.
    private Task<int> TouchAsync(Guid id, CancellationToken cancellationToken) => unit.ConnectAsync(
        async connection =>
        {
            await using var command = new NpgsqlCommand(Touch, connection) { Parameters = { new() { Value = id } } };
            return await command.ExecuteNonQueryAsync(cancellationToken);
        },
        cancellationToken);

    private static string? KeyOf(HttpRequest request)
    {
        const string Bearer = "Bearer ";
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : request.Headers["X-API-Key"].ToString() is { Length: > 0 } key ? key : null;
    }

    private static ProblemException Unauthorized(string detail) => new(ProblemCodes.Unauthorized, detail);
}
