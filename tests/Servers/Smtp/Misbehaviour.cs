using Mail.Tests.Fixtures.Smtp;
using At = Mail.Tests.Fixtures.Smtp.Step;

namespace Mail.Tests.Servers.Smtp;

/// <summary>A server's misbehaviour, and what it must come to.</summary>
/// <param name="Step">Where it misbehaves.</param>
/// <param name="Reaction">What it does there.</param>
/// <param name="Outcome">The name of the outcome.</param>
/// <param name="Stage">The name of the stage.</param>
/// <param name="Reply">The server's words as they are shown; null where there are none.</param>
/// <param name="Hint">What the hint says, among other things; null where any will do.</param>
/// <param name="Kept">How many copies the server has kept.</param>
internal sealed record Misbehaviour(string Step, Reaction Reaction, string Outcome, string Stage, string? Reply, string? Hint, int Kept = 0)
{
    private const string NoAnswer = "No answer in time. Set SMTP_TIMEOUT=60";
    private const string Doubt = "The server may or may not have it";
    private const string Login = "Check SMTP_USER and SMTP_PASSWORD";

    public string Name => $"{Step}: {Reaction}";

    /// <summary>Every stage with every misbehaviour.</summary>
    public static IReadOnlyList<Misbehaviour> All { get; } =
    [
        new(At.Greeting, "421 4.3.2 closing", "SenderBlocked", "Connect", "421 4.3.2 closing", "come back later"),
        new(At.Greeting, "554 5.3.2 go away", "SenderBlocked", "Connect", "554 5.3.2 go away", null),
        new(At.Greeting, Reaction.Garbage, "SenderBlocked", "Connect", "this is not SMTP", null),
        new(At.Greeting, Reaction.Stall, "SenderBlocked", "Connect", null, NoAnswer),
        new(At.Greeting, Reaction.Drop, "SenderBlocked", "Connect", null, "The server closed the connection."),
        new(At.Greeting, Reaction.Reset, "SenderBlocked", "Connect", null, "reset"),

        new(At.Ehlo, "421 4.3.2 closing", "SenderBlocked", "Connect", "421 4.3.2 closing", "come back later"),
        new(At.Ehlo, "550 5.7.1 who are you", "SenderBlocked", "Connect", "550 5.7.1 who are you", null),
        new(At.Ehlo, Reaction.Garbage, "SenderBlocked", "Connect", "this is not SMTP", null),
        new(At.Ehlo, Reaction.Stall, "SenderBlocked", "Connect", null, NoAnswer),
        new(At.Ehlo, Reaction.Drop, "SenderBlocked", "Connect", null, "The server closed the connection."),
        new(At.Ehlo, Reaction.Reset, "SenderBlocked", "Connect", null, "reset"),

        new(At.Auth, "421 4.7.0 later", "SenderBlocked", "Auth", "421 4.7.0 later", "come back later"),
        new(At.Auth,
            "454 4.7.0 Temporary authentication failure", "SenderBlocked", "Auth", "454 4.7.0 Temporary authentication failure", Login),
        new(At.Auth,
            "534-5.7.9 Application-specific password required.\r\n534 5.7.9 Learn more", "SenderBlocked", "Auth",
            "534 5.7.9 Application-specific password required. Learn more", Login),
        new(At.Auth, "535 5.7.8 not accepted", "SenderBlocked", "Auth", "535 5.7.8 not accepted", Login),
        new(At.Auth, "504 5.5.4 no such mechanism", "SenderBlocked", "Auth", "504 5.5.4 no such mechanism", Login),
        new(At.Auth, Reaction.Garbage, "SenderBlocked", "Auth", "this is not SMTP", null),
        new(At.Auth, Reaction.Stall, "SenderBlocked", "Auth", null, NoAnswer),
        new(At.Auth, Reaction.Drop, "SenderBlocked", "Auth", null, "The server closed the connection."),
        new(At.Auth, Reaction.Reset, "SenderBlocked", "Auth", null, "The connection was reset."),

        new(At.Mail, "421 4.3.2 closing", "SenderBlocked", "MailFrom", "421 4.3.2 closing", "come back later"),
        new(At.Mail, "451 4.3.0 try later", "TryAgain", "MailFrom", "451 4.3.0 try later", null),
        new(At.Mail, "452 4.3.1 disk full", "TryAgain", "MailFrom", "452 4.3.1 disk full", null),
        new(At.Mail,
            "454 Throttling failure: Maximum sending rate exceeded.", "SenderBlocked", "MailFrom",
            "454 Throttling failure: Maximum sending rate exceeded.", "SMTP_RATE"),
        new(
            At.Mail, "530 5.7.0 Authentication required", "SenderBlocked", "MailFrom", "530 5.7.0 Authentication required",
            "This server wants a login"),
        new(At.Mail, "550 5.7.1 not today", "Failed", "MailFrom", "550 5.7.1 not today", null),
        new(At.Mail, "552 5.3.4 too big", "Failed", "MailFrom", "552 5.3.4 too big", null),
        new(At.Mail,
            "553 5.7.1 <noreply@example.com>: Sender address rejected: not owned by user", "SenderBlocked", "MailFrom",
            "553 5.7.1 <noreply@example.com>: Sender address rejected: not owned by user", "SMTP_FROM_EMAIL"),
        new(At.Mail, Reaction.Garbage, "TryAgain", "MailFrom", "this is not SMTP", null),
        new(At.Mail, Reaction.Stall, "TryAgain", "MailFrom", null, NoAnswer),
        new(At.Mail, Reaction.Drop, "TryAgain", "MailFrom", null, "The server closed the connection."),
        new(At.Mail, Reaction.Reset, "TryAgain", "MailFrom", null, "The connection was reset."),

        new(At.Rcpt, "421 4.3.2 closing", "SenderBlocked", "RcptTo", "421 4.3.2 closing", "come back later"),
        new(At.Rcpt, "450 4.2.0 later", "TryAgain", "RcptTo", "450 4.2.0 later", null),
        new(At.Rcpt, "452 4.2.2 over quota", "TryAgain", "RcptTo", "452 4.2.2 over quota", null),
        new(At.Rcpt,
            "450 4.7.1 Error: too much mail from 192.0.2.1", "SenderBlocked", "RcptTo", "450 4.7.1 Error: too much mail from 192.0.2.1",
            "SMTP_RATE"),
        new(At.Rcpt, "550 5.1.1 no such user", "Failed", "RcptTo", "550 5.1.1 no such user", null),
        new(At.Rcpt, "554 5.7.1 Relay access denied", "Failed", "RcptTo", "554 5.7.1 Relay access denied", "check SMTP_HOST, SMTP_USER"),
        new(At.Rcpt, Reaction.Garbage, "TryAgain", "RcptTo", "this is not SMTP", null),
        new(At.Rcpt, Reaction.Stall, "TryAgain", "RcptTo", null, NoAnswer),
        new(At.Rcpt, Reaction.Drop, "TryAgain", "RcptTo", null, "The server closed the connection."),
        new(At.Rcpt, Reaction.Reset, "TryAgain", "RcptTo", null, "The connection was reset."),

        new(At.Data, "421 4.3.2 closing", "SenderBlocked", "Data", "421 4.3.2 closing", "come back later"),
        new(At.Data, "451 4.3.0 later", "TryAgain", "Data", "451 4.3.0 later", null),
        new(At.Data, "554 5.7.0 no", "Failed", "Data", "554 5.7.0 no", null),
        new(At.Data, "250 2.0.0 what", "TryAgain", "Data", "250 2.0.0 what", null),
        new(At.Data, "354 go ahead\r\n250 2.0.0 taken already", "TryAgain", "Data", null, "broke off before the end"),
        new(At.Data, Reaction.Garbage, "TryAgain", "Data", "this is not SMTP", null),
        new(At.Data, Reaction.Stall, "TryAgain", "Data", null, NoAnswer),
        new(At.Data, Reaction.Drop, "TryAgain", "Data", null, "The server closed the connection."),
        new(At.Data, Reaction.Reset, "TryAgain", "Data", null, "The connection was reset."),

        new(At.Body, "421 4.3.2 closing", "SenderBlocked", "Data", "421 4.3.2 closing", "come back later"),
        new(At.Body, "552 5.3.4 too big", "Failed", "Data", "552 5.3.4 too big", null),
        new(At.Body, "250 2.0.0 taken already", "TryAgain", "Data", null, "broke off before the end"),
        new(At.Body, Reaction.Garbage, "TryAgain", "Data", null, "broke off before the end"),
        new(At.Body, Reaction.Stall, "TryAgain", "Data", null, NoAnswer),
        new(At.Body, Reaction.Drop, "TryAgain", "Data", null, "connection"),
        new(At.Body, Reaction.Reset, "TryAgain", "Data", null, "The connection was reset."),

        new(At.Dot, "421 4.3.2 closing", "SenderBlocked", "EndOfData", "421 4.3.2 closing", "come back later"),
        new(At.Dot, "451 4.3.0 later", "TryAgain", "EndOfData", "451 4.3.0 later", null),
        new(At.Dot,
            "550 5.4.5 Daily user sending limit exceeded.", "SenderBlocked", "EndOfData", "550 5.4.5 Daily user sending limit exceeded.",
            "SMTP_RATE"),
        new(At.Dot, "554 5.7.1 spam", "Failed", "EndOfData", "554 5.7.1 spam", null),
        new(At.Dot, "354 go on", "Unknown", "EndOfData", "354 go on", Doubt),
        new(At.Dot, Reaction.Garbage, "Unknown", "EndOfData", "this is not SMTP", Doubt),
        new(At.Dot, Reaction.Stall, "Unknown", "EndOfData", null, Doubt),
        new(At.Dot, Reaction.Drop, "Unknown", "EndOfData", null, Doubt),
        new(At.Dot, Reaction.Reset, "Unknown", "EndOfData", null, Doubt),

        new(At.Kept, "251 2.0.0 taken, in other words", "Sent", "EndOfData", "251 2.0.0 taken, in other words", null, Kept: 1),
        new(At.Kept, Reaction.ReplyAndDrop("250 2.0.0 Ok"), "Sent", "EndOfData", "250 2.0.0 Ok", null, Kept: 1),
        new(At.Kept, Reaction.Garbage, "Unknown", "EndOfData", "this is not SMTP", Doubt, Kept: 1),
        new(At.Kept, Reaction.Stall, "Unknown", "EndOfData", null, Doubt, Kept: 1),
        new(At.Kept, Reaction.Drop, "Unknown", "EndOfData", null, Doubt, Kept: 1),
        new(At.Kept, Reaction.Reset, "Unknown", "EndOfData", null, Doubt, Kept: 1),
    ];

    public override string ToString() => Name;
}
