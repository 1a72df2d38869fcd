namespace Mail.ConfigService.Emails;

/// <summary>How many e-mails a search finds.</summary>
/// <param name="Count">At least so many.</param>
/// <param name="IsAll">Whether there are no more.</param>
public sealed record EmailCount(long Count, bool IsAll);
