using Mail.SenderService.Smtp.Verdicts;

namespace Mail.SenderService.Smtp.Conversation;

/// <summary>
/// One attempt to hand an e-mail over: what was seen, not what it means.
/// <see cref="Outcome.Classify"/> says what it means.
/// </summary>
/// <param name="Stage">The step that was being asked for when the attempt ended.</param>
public sealed record DeliveryAttempt(SmtpStage Stage)
{
    /// <summary>The server's own words to that step, code and enhanced code first, in one line; null where it said nothing.</summary>
    public string? Reply { get; init; }

    /// <summary>The reply's code; null where there was none, or where it could not be read.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>Whether the final dot may have left this machine.</summary>
    public bool DotFlushed { get; init; }

    /// <summary>Whether the server answered 2xx to the end of DATA.</summary>
    public bool Accepted { get; init; }

    /// <summary>Recipients that the server refused, with a 4xx or a 5xx.</summary>
    public IReadOnlyList<RefusedRecipient> RefusedRecipients { get; init; } = [];

    /// <summary>Whether every recipient was refused, so that there was nobody left to send to.</summary>
    public bool AllRefused { get; init; }

    /// <summary>What broke, where it was not a clean reply.</summary>
    public SmtpFault Fault { get; init; }

    /// <summary>What happened, in a few words and without secrets; null where the reply says it.</summary>
    public string? Error { get; init; }

    /// <summary>What the server said of an access token before it refused it, in a few words; null where it said nothing.</summary>
    public string? Complaint { get; init; }

    /// <summary>Whether EHLO was said: a refusal while connecting is then the answer to it.</summary>
    public bool SaidHello { get; init; }

    /// <summary>What was said and may be quoted in the reply; gathered only where something was refused.</summary>
    public SaidBySender Said { get; init; } = SaidBySender.Nothing;

    /// <summary>Whether the connection was open before.</summary>
    public bool Reused { get; init; }

    /// <summary>How long the attempt took, connecting included.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether a step took longer than <c>SMTP_TIMEOUT</c>.</summary>
    public bool TimedOut => Fault == SmtpFault.TimedOut;
}

/// <summary>A recipient that the server refused.</summary>
/// <param name="Address">The address, as it was asked for.</param>
/// <param name="Code">The reply's code.</param>
/// <param name="Reply">The server's words, code first.</param>
public sealed record RefusedRecipient(string Address, int Code, string Reply)
{
    /// <summary>What the reply means for this recipient, while others of the same e-mail may get it.</summary>
    public RecipientRetry Retry { get; init; }

    /// <summary>The row of the table of verdicts that decided.</summary>
    public string Verdict { get; init; } = "";

    /// <summary>What that row says the refusal concerns.</summary>
    public VerdictKind Kind { get; init; }

    /// <summary>What it means and what to do about it, in a sentence.</summary>
    public string Hint { get; init; } = "";
}

/// <summary>When a recipient that was refused may be tried again.</summary>
public enum RecipientRetry
{
    /// <summary>Never: the refusal is for good.</summary>
    None,

    /// <summary>After the retry delay.</summary>
    Later,

    /// <summary>At once, in another transaction: this one had too many recipients (RFC 5321, 4.5.3.1.10).</summary>
    AtOnce
}
