using Mail.Store;
using Npgsql;
using PostgresScheduler;

namespace Mail.Hosting;

/// <summary>Brings the schema of the store up to date before anything else starts.</summary>
internal sealed class StoreSchemaAtStart(
    NpgsqlDataSource dataSource, IConfiguration configuration, StoreSchema schema, TimeProvider time, ILogger<StoreSchemaAtStart> logger)
    : SchemaAtStart(TimeSpan.FromSeconds(1), time, logger)
{
    protected override async Task ApplyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ConnectAndApplyAsync(cancellationToken);
        }
        catch (PostgresException exception) when (WrongSetting(exception) is { } wrong)
        {
            throw new SettingException(wrong, exception);
        }
    }

    protected override bool IsWorthAnotherTry(NpgsqlException exception) =>
        exception is not PostgresException { IsTransient: false, SqlState: not PostgresErrorCodes.ReadOnlySqlTransaction };

    private async Task ConnectAndApplyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PoolerCheck.RunAsync(dataSource, cancellationToken);
            await schema.ApplyAsync(cancellationToken);
        }
        catch (PostgresException exception) when (IsOfTheSecondTry(exception))
        {
            await ConnectEncryptedAsync(cancellationToken);
            throw;
        }
    }

    // With SSL Mode=Prefer, Npgsql tries once more without TLS what was refused with it, such as a wrong password. Of a server that
    // demands TLS only its refusal of that is left. The words are PostgreSQL's, up to 13 and from 14 on.
    private bool IsOfTheSecondTry(PostgresException exception) =>
        exception.SqlState == PostgresErrorCodes.InvalidAuthorizationSpecification
        && (exception.MessageText.Contains("SSL off", StringComparison.Ordinal)
            || exception.MessageText.Contains("no encryption", StringComparison.Ordinal))
        && Postgres.Address(configuration).SslMode == SslMode.Prefer;

    // Ends as the first try did.
    private async Task ConnectEncryptedAsync(CancellationToken cancellationToken)
    {
        var address = Postgres.Address(configuration);
        (address.SslMode, address.Pooling, address.TargetSessionAttributes) = (SslMode.Require, false, null);
        await using var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (NpgsqlException exception) when (exception is not PostgresException)
        {
            // There is no TLS: the refusal is what there is to tell.
        }
    }

    // It would be the same at the next try. What PostgreSQL says has neither the password nor a part of it.
    private static string? WrongSetting(PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "ConnectionStrings__Postgres, or POSTGRES_USER and POSTGRES_PASSWORD beside it, is not what the database knows: "
            + $"{exception.MessageText}.",
        PostgresErrorCodes.InvalidCatalogName =>
            $"ConnectionStrings__Postgres names a database that is not there: {exception.MessageText}.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"ConnectionStrings__Postgres names a user who may not make the schema: {exception.MessageText}. Make it the owner of the "
            + "database, or run a service once with --apply-schema as the owner.",
        // What poolers say of a user or a database that they do not know (Supabase's, PgBouncer).
        PostgresErrorCodes.InternalError or PostgresErrorCodes.ProtocolViolation =>
            $"ConnectionStrings__Postgres is not what the database, or the pooler before it, takes: {exception.MessageText}.",
        _ => null,
    };
}
