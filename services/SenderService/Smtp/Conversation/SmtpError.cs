namespace Mail.SenderService.Smtp.Conversation;

/// <summary>Why an e-mail did not go out, as it is shown.</summary>
/// <param name="Stage">How far it had come.</param>
/// <param name="Reply">The server's own words; null where it said nothing.</param>
/// <param name="Hint">What it means and what to do about it, and what happened where the server said nothing.</param>
/// <param name="Permanent">Whether trying again would not help.</param>
/// <param name="Verdict">The row of the table of verdicts that decided.</param>
public sealed record SmtpError(SmtpStage Stage, string? Reply, string Hint, bool Permanent, string Verdict);
