using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Settings;

namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>What an attempt came to.</summary>
/// <remarks>
/// Whoever handles every kind does so by <see cref="Match"/>: an outcome that is added here compiles only once each of those places handles
/// it.
/// </remarks>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>Calls the one function that is for this outcome, and returns what it returns.</summary>
    public abstract T Match<T>(
        Func<Sent, T> sent, Func<Failed, T> failed, Func<TryAgain, T> tryAgain, Func<Unknown, T> unknown, Func<SenderBlocked, T> blocked);

    /// <summary>Calls the one action that is for this outcome.</summary>
    public void Switch(
        Action<Sent> sent, Action<Failed> failed, Action<TryAgain> tryAgain, Action<Unknown> unknown, Action<SenderBlocked> blocked) =>
        Match(Run(sent), Run(failed), Run(tryAgain), Run(unknown), Run(blocked));

    /// <summary>The server answered 2xx to the end of DATA.</summary>
    /// <param name="Reply">Its words.</param>
    /// <param name="Refused">Recipients that it refused.</param>
    public sealed record Sent(string Reply, IReadOnlyList<RefusedRecipient> Refused) : Outcome
    {
        /// <inheritdoc/>
        public override T Match<T>(
            Func<Sent, T> sent, Func<Failed, T> failed, Func<TryAgain, T> tryAgain, Func<Unknown, T> unknown,
            Func<SenderBlocked, T> blocked) => sent(this);
    }

    /// <summary>The server does not have this e-mail, and will never take it.</summary>
    public sealed record Failed(SmtpError Error) : Outcome
    {
        /// <inheritdoc/>
        public override T Match<T>(
            Func<Sent, T> sent, Func<Failed, T> failed, Func<TryAgain, T> tryAgain, Func<Unknown, T> unknown,
            Func<SenderBlocked, T> blocked) => failed(this);
    }

    /// <summary>The server does not have this e-mail, and may take it later.</summary>
    public sealed record TryAgain(SmtpError Error) : Outcome
    {
        /// <inheritdoc/>
        public override T Match<T>(
            Func<Sent, T> sent, Func<Failed, T> failed, Func<TryAgain, T> tryAgain, Func<Unknown, T> unknown,
            Func<SenderBlocked, T> blocked) => tryAgain(this);
    }

    /// <summary>The server may or may not have this e-mail. It is never sent again by itself.</summary>
    public sealed record Unknown(SmtpError Error) : Outcome
    {
        /// <inheritdoc/>
        public override T Match<T>(
            Func<Sent, T> sent, Func<Failed, T> failed, Func<TryAgain, T> tryAgain, Func<Unknown, T> unknown,
            Func<SenderBlocked, T> blocked) => unknown(this);
    }

    /// <summary>
    /// The server does not have this e-mail, and the trouble is not the e-mail's: it goes back unharmed, and the sender pauses.
    /// </summary>
    /// <param name="Error">What happened.</param>
    /// <param name="Reason">The trouble in a few words, such as <c>login refused</c>.</param>
    public sealed record SenderBlocked(SmtpError Error, string Reason) : Outcome
    {
        /// <summary>What the trouble concerns.</summary>
        public VerdictKind Kind { get; init; } = VerdictKind.Server;

        /// <summary>
        /// The outcome if it turns out that the trouble is this e-mail's alone, since others get through: its code decides then.
        /// </summary>
        public Outcome AsOwn(int? replyCode) => Kind is VerdictKind.Account or VerdictKind.Greeting && replyCode >= 500
            ? new Failed(Error with { Permanent = true })
            : new TryAgain(Error);

        /// <inheritdoc/>
        public override T Match<T>(
            Func<Sent, T> sent, Func<Failed, T> failed, Func<TryAgain, T> tryAgain, Func<Unknown, T> unknown,
            Func<SenderBlocked, T> blocked) => blocked(this);
    }

    /// <summary>Decides by the table of verdicts, from the stage and the server's words alone.</summary>
    public static Outcome Classify(DeliveryAttempt attempt, SmtpOptions options)
    {
        if (attempt.Accepted)
            return new Sent(attempt.Reply ?? "250", attempt.RefusedRecipients);

        var row = VerdictTable.Find(attempt, options);
        if (row.Id == VerdictTable.InDoubt)
            return new Unknown(Error(permanent: false));
        return IsPermanent(row, attempt) switch
        {
            true => new Failed(Error(permanent: true)),
            false => new TryAgain(Error(permanent: false)),
            null => new SenderBlocked(Error(permanent: false), row.Reason ?? Reasons.At(attempt.Stage)) { Kind = KindOf(row) }
        };

        SmtpError Error(bool permanent) => new(attempt.Stage, attempt.Reply, row.HintFor(attempt), permanent, row.Id);
    }

    private static Func<TOutcome, bool> Run<TOutcome>(Action<TOutcome> action) => outcome =>
    {
        action(outcome);
        return true;
    };

    // Null where it is not the e-mail's. Where all recipients were refused, one that may get it later is enough to try again: those
    // refused for good are refused again without harm, since nobody has got it so far.
    private static bool? IsPermanent(VerdictRow row, DeliveryAttempt attempt) => row.Kind switch
    {
        VerdictKind.Email or VerdictKind.EmailForGood or VerdictKind.EmailLater when attempt.AllRefused =>
            attempt.RefusedRecipients.All(recipient =>
                recipient.Retry == RecipientRetry.None && (recipient.Code >= 500 || recipient.Kind == VerdictKind.EmailForGood)),
        VerdictKind.Email => attempt.ReplyCode >= 500,
        VerdictKind.EmailForGood => true,
        VerdictKind.EmailLater => false,
        // On a connection of its own the e-mail was still refused: then it is no matter of the connection.
        VerdictKind.Connection when attempt.ReplyCode == 503 => true,
        _ => null
    };

    private static VerdictKind KindOf(VerdictRow row) => row.Kind == VerdictKind.Connection ? VerdictKind.Pace : row.Kind;
}
