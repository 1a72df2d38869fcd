namespace Mail.SenderService.Smtp.Conversation;

/// <summary>
/// Ends a conversation from within. An <see cref="IOException"/>, because MailKit takes those for a broken connection
/// and lets go of it, also while it says QUIT.
/// </summary>
internal sealed class SmtpTrouble(SmtpFault fault, string message, Exception? inner = null) : IOException(message, inner)
{
    public SmtpFault Fault { get; } = fault;
}
