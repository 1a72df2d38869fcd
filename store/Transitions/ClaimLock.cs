using Npgsql;

namespace Mail.Store;

/// <summary>
/// Each claim takes this lock in its transaction, before its snapshot is taken: whoever holds e-mails back, and then waits for the lock
/// alone, knows that no claim is under way that has not seen the hold.
/// </summary>
public static class ClaimLock
{
    private const string Key = "hashtext('mail.claim')";
    private const string AwaitClaims = $"set local lock_timeout = '10s'; select pg_advisory_xact_lock({Key})";

    /// <summary>What a claim begins with. Its answer says whether the database is trusted.</summary>
    internal const string Share = $"select {Installations.Trusted}, pg_advisory_xact_lock_shared({Key})";

    /// <summary>The same, and it waits for nobody: with a hold under way the claim behind it claims nothing.</summary>
    internal const string TryShare = $"select set_config('mail.may_claim', pg_try_advisory_xact_lock_shared({Key})::text, true)";

    /// <summary>The condition that <see cref="TryShare"/> has got the lock.</summary>
    internal const string IsShared = "current_setting('mail.may_claim') = 'true'";

    /// <summary>
    /// Completes when every claim has ended that may not have seen what was committed before; in a transaction, since it
    /// keeps further claims waiting.
    /// </summary>
    /// <exception cref="PostgresException"><see cref="PostgresErrorCodes.LockNotAvailable"/>: a claim took longer than 10 s.</exception>
    public static async Task AwaitClaimsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(AwaitClaims, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
