using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Problems;

/// <summary>
/// A request that is answered with a problem (RFC 9457). Thrown from wherever the rule stands; nothing has changed by then,
/// since the transaction it is thrown in is rolled back.
/// </summary>
/// <param name="code">What is wrong.</param>
/// <param name="detail">What is wrong with this very request; null where the code's meaning says it all.</param>
#pragma warning disable CA1710 // a refusal is an answer that travels as an exception, not an error of ours
public sealed class ProblemException(ProblemCode code, string? detail = null) : Exception(detail ?? code.Meaning)
{
    /// <summary>What is wrong.</summary>
    public ProblemCode Code { get; } = code;

    /// <summary>The HTTP status.</summary>
    public int Status => Code.Status;

    /// <summary>Fields beside those of RFC 9457, for example <c>errors</c> or <c>current_status</c>.</summary>
    public Dictionary<string, object?> Extensions { get; } = new(StringComparer.Ordinal);

    /// <summary>For how many seconds the caller should wait before it tries again.</summary>
    public int? RetryAfter { get; init; }

    public ProblemException With(string name, object? value)
    {
        Extensions[name] = value;
        return this;
    }

    /// <summary>What a failure is answered with, the unexpected ones too.</summary>
    public static ProblemException From(Exception exception) => exception switch
    {
        ProblemException known => known,
        BadHttpRequestException bad => new(ProblemCodes.BadRequest with { Status = bad.StatusCode }, bad.Message),
        CursorExpiredException expired => new ProblemException(
            ProblemCodes.CursorExpired,
            "Events after this cursor are no longer kept, or the database was restored since: begin at oldest_cursor, and read anew what "
            + "you keep of e-mails.")
            .With("oldest_cursor", expired.Oldest.ToString()),
        PostgresException { ConstraintName: AttachmentUse.Constraint } =>
            new(
                ProblemCodes.UnknownAttachment,
                "An attachment of this request was dropped at this very moment: upload it again. Nothing changed."),
        // Two that wait for each other, or one that waits for too long: nothing was committed.
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable } => Busy(),
        // FATAL ends the connection, for whatever reason; classes 53, 57 and 58 are full disks, shut-downs and the like
        // (https://www.postgresql.org/docs/current/errcodes-appendix.html).
        NpgsqlException { IsTransient: true }
            or NpgsqlException { InnerException: IOException or TimeoutException or System.Net.Sockets.SocketException }
            or PostgresException { InvariantSeverity: "FATAL" }
            or PostgresException { SqlState: ['5', '3' or '7' or '8', ..] or PostgresErrorCodes.ReadOnlySqlTransaction } =>
            new(
                ProblemCodes.DatabaseUnavailable,
                "The database does not answer at the moment. Try again; if this was a save, look first whether it took effect.")
            {
                RetryAfter = 2,
            },
        _ => new ProblemException(ProblemCodes.InternalError, "Something is wrong on our side. The log has it under this request's id."),
    };

    /// <summary>More requests wait than the database can serve soon.</summary>
    public static ProblemException Busy() =>
        new(ProblemCodes.TooBusy, "More requests wait than can be served soon: try again in a moment. Nothing changed.") { RetryAfter = 2 };

    public static ProblemException TooLate(string currentStatus) =>
        new ProblemException(ProblemCodes.TooLate, $"Too late: the e-mail is {currentStatus}.").With("current_status", currentStatus);
}
