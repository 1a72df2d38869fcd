namespace Mail.Store;

/// <summary>Who claims: a sender process, one statement of it, its instance name for the timeline, and its installation.</summary>
public sealed record Claim(Guid Sender, Guid Batch, string By, string Installation);

/// <summary>An e-mail that this process, and no other, may hand over now.</summary>
/// <param name="Email">As it stands after the claim.</param>
/// <param name="Body">What it says.</param>
/// <param name="At">When it was claimed, by the database's clock.</param>
public sealed record ClaimedEmail(ScheduledEmail Email, EmailBody Body, DateTimeOffset At);

/// <summary>What a claim came to.</summary>
/// <param name="Emails">The e-mails that were claimed.</param>
/// <param name="Locked">Those that could be claimed but for someone who works on them at the moment.</param>
public sealed record Claimed(List<ClaimedEmail> Emails, List<Guid> Locked);
