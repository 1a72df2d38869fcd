namespace Mail.Store;

/// <summary>
/// The recipients that a message names, where it goes to some of them only: those of the first e-mail. An e-mail's own
/// <see cref="EmailFields.To"/>, <see cref="EmailFields.Cc"/> and <see cref="EmailFields.Bcc"/> are always those that it
/// goes to: a sender of an earlier version, which knows nothing of this, sends it to nobody else.
/// </summary>
/// <param name="To">The header's.</param>
/// <param name="Cc">The header's.</param>
/// <param name="Bcc">For answers; no header has them.</param>
public sealed record NamedRecipients(List<string> To, List<string> Cc, List<string> Bcc);
