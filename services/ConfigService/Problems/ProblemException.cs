using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Problems;

/// <summary>
/// A request that is answered with a problem (RFC 9457). Thrown from wherever the rule stands; nothing has changed by then,
/// since the transaction it is thrown in is rolled back.
/// </summary>
#pragma warning disable CA1710 // a refusal is an answer that travels as an exception, not an error of ours
public sealed class ProblemException(int status, string code, string detail) : Exception(detail)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The stable name of what is wrong, for programs.</summary>
    public string Code { get; } = code;

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
        BadHttpRequestException bad => new(bad.StatusCode, "bad_request", bad.Message),
        PostgresException { ConstraintName: AttachmentUse.Constraint } =>
            new(StatusCodes.Status422UnprocessableEntity, "attachment_not_found", "An attachment of this request was dropped at this very moment: upload it again. Nothing changed."),
        // FATAL ends the connection, for whatever reason; classes 53, 57 and 58 are full disks, shut-downs and the like
        // (https://www.postgresql.org/docs/current/errcodes-appendix.html).
        NpgsqlException { IsTransient: true } or NpgsqlException { InnerException: IOException or TimeoutException or System.Net.Sockets.SocketException }
            or PostgresException { InvariantSeverity: "FATAL" } or PostgresException { SqlState: ['5', '3' or '7' or '8', ..] or PostgresErrorCodes.ReadOnlySqlTransaction } =>
            new(StatusCodes.Status503ServiceUnavailable, "database_unavailable", "The database does not answer at the moment. Try again; if this was a save, look first whether it took effect.") { RetryAfter = 2 },
        _ => new ProblemException(StatusCodes.Status500InternalServerError, "internal_error", "Something is wrong on our side. The log has it under this request's id."),
    };

    /// <summary>More requests wait than the database can serve soon.</summary>
    public static ProblemException Busy() =>
        new(StatusCodes.Status503ServiceUnavailable, "too_busy", "More requests wait than can be served soon: try again in a moment. Nothing changed.") { RetryAfter = 2 };

    public static ProblemException NotFound(string code, string detail) => new(StatusCodes.Status404NotFound, code, detail);

    public static ProblemException EmailNotFound() => NotFound("email_not_found", "There is no e-mail with this id.");

    public static ProblemException TooLate(string currentStatus) =>
        new ProblemException(StatusCodes.Status409Conflict, "too_late", $"Too late: the e-mail is {currentStatus}.").With("current_status", currentStatus);
}
