using Npgsql;

namespace PostgresScheduler;

/// <summary>Tells what PostgreSQL will never store from what it can't store now.</summary>
internal static class DatabaseErrors
{
    /// <summary>
    /// Whether an error is that of the message, which fails however often it is tried. By the classes of PostgreSQL's codes: 22, data such
    /// as a text with a NUL; 54, a limit, as of an id that is too long for a key.
    /// </summary>
    internal static bool IsTheMessages(this NpgsqlException exception) =>
        exception is PostgresException { SqlState: ['2', '2', ..] or ['5', '4', ..] };
}
