using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Mail.Store;

namespace Mail.ConfigService.Problems;

/// <summary>Why a request was refused (RFC 9457). A refused request changes nothing and is not remembered.</summary>
/// <remarks>Describes what <see cref="ProblemHandler"/> writes. Nothing is made of it.</remarks>
internal sealed record Problem
{
    /// <summary>A URI for the kind of problem; <c>about:blank</c> where the status says it all.</summary>
    public required string Type { get; init; }

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    [Range(400, 599)]
    public required int Status { get; init; }

    /// <summary>What is wrong with this very request, for people.</summary>
    public required string Detail { get; init; }

    /// <summary>What is wrong, for programs. A later version may have more codes than these.</summary>
    public required string Code { get; init; }

    /// <summary>For 422: all that is wrong with the request.</summary>
    [ProblemErrors, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    /// <summary>How many errors there are, where <c>errors</c> names the first hundred of them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ErrorsTotal { get; init; }

    /// <summary>For <c>email_not_configured</c>: the environment variables that senders lack.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>For <c>email_not_configured</c>: what senders can't use, where there is any.</summary>
    [InvalidSettings, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Invalid { get; init; }

    /// <summary>For <c>email_not_configured</c> and <c>smtp_failed</c>: what to do about it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hint { get; init; }

    /// <summary>For <c>too_many_emails</c>: how many the request is about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Count { get; init; }

    /// <summary>For <c>too_late</c>, <c>not_resendable</c> and <c>not_final</c>: where the e-mail stands.</summary>
    [EmailStatus, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CurrentStatus { get; init; }

    /// <summary>For <c>already_resent</c>: the e-mail that was sent in its place.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? ResentAs { get; init; }

    /// <summary>For <c>still_sending</c>: the e-mails that are being handed over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? TooLate { get; init; }

    /// <summary>For <c>held</c>: since when.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Since { get; init; }

    /// <summary>For <c>held</c>: by whom; <c>restore_fence</c> where the system holds itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>For <c>held</c>: why, where a reason was given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>For <c>smtp_failed</c> and <c>no_outcome_yet</c>: the test e-mail.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? EmailId { get; init; }

    /// <summary>For <c>cursor_expired</c>: the cursor to begin at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OldestCursor { get; init; }

    /// <summary>For <c>smtp_failed</c>: the server's own words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SmtpReply { get; init; }
}

/// <summary>A field that says all that is wrong with a request.</summary>
internal sealed class ProblemErrorsAttribute() : HoldsAttribute(
    "A JSON pointer into the body, or `/name` of a parameter, to sentences.", "What is wrong there.", "A sentence.");
