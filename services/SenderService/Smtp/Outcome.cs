namespace Mail.SenderService.Smtp;

/// <summary>What an attempt came to.</summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>The server answered 2xx to the end of DATA.</summary>
    /// <param name="Reply">Its words.</param>
    /// <param name="Refused">Recipients that it refused; they are not tried again.</param>
    public sealed record Sent(string Reply, IReadOnlyList<RefusedRecipient> Refused) : Outcome;

    /// <summary>The server does not have this e-mail, and will never take it.</summary>
    public sealed record Failed(SmtpError Error) : Outcome;

    /// <summary>The server does not have this e-mail, and may take it later.</summary>
    public sealed record TryAgain(SmtpError Error) : Outcome;

    /// <summary>The server may or may not have this e-mail. It is never sent again by itself.</summary>
    public sealed record Unknown(SmtpError Error) : Outcome;

    /// <summary>The server does not have this e-mail, and the trouble is not the e-mail's: it goes back unharmed, and the sender pauses.</summary>
    /// <param name="Error">What happened.</param>
    /// <param name="Reason">The trouble in a few words, such as <c>login refused</c>.</param>
    public sealed record SenderBlocked(SmtpError Error, string Reason) : Outcome;

    /// <summary>
    /// Decides, from the stage and the server's words alone:
    /// a clean reply is what it says, at any stage; without one, nothing before the final dot harms (the server can't
    /// have the e-mail), and nothing after it is known.
    /// </summary>
    public static Outcome Of(HandOver evidence, SmtpOptions options)
    {
        if (evidence.Accepted)
            return new Sent(evidence.Reply ?? "250", evidence.RefusedRecipients);

        var refusal = evidence.ReplyCode is >= 400 and < 600;
        if (evidence.DotFlushed && !refusal)
            return new Unknown(Error(permanent: false));
        if (SenderTrouble.Of(evidence) is { } reason)
            return new SenderBlocked(Error(permanent: false), reason);
        return IsPermanent(evidence) ? new Failed(Error(permanent: true)) : new TryAgain(Error(permanent: false));

        SmtpError Error(bool permanent) => new(evidence.Stage, evidence.Reply, Hints.For(evidence, options) ?? "", permanent, "");
    }

    // Where all recipients were refused, one 4xx among them is enough to try again: somebody may yet get it, and those
    // refused for good are refused again without harm, since nobody has got it so far.
    private static bool IsPermanent(HandOver evidence) => evidence switch
    {
        { AllRefused: true } => evidence.RefusedRecipients.All(recipient => recipient.Code >= 500),
        { ReplyCode: >= 500 and < 600 } => true,
        _ => evidence.Fault is SmtpFault.NoSmtpUtf8 or SmtpFault.Unsendable
    };
}
