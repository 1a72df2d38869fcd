using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.Json;
using Mail.ConfigService.Access;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Holds;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Status;

/// <summary><c>POST /test-email</c>: an e-mail through the very path that scheduled ones take, and its outcome.</summary>
internal sealed class SendTestEmail(UnitOfWork unit, Outbox outbox, Instance instance, TimeProvider time)
{
    /// <summary>The client that test e-mails belong to.</summary>
    internal const string ClientId = "test-email";

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    internal static void Map(RouteGroupBuilder api) => api.MapPost("/test-email", HandleAsync).OperatorOnly()
        .WithName("SendTestEmail")
        .Takes(Parameter.IdempotencyKey).Takes<TestEmailInput>().Answers<TestEmailSent>(headers: AnswerHeader.IdempotencyReplayed)
        .Refuses(
            ProblemCodes.Held, ProblemCodes.SmtpFailed, ProblemCodes.EmailNotConfigured, ProblemCodes.NoOutcomeYet,
            ProblemCodes.IdempotencyInProgress, ProblemCodes.InvalidIdempotencyKey, ProblemCodes.IdempotencyKeyReused);

    /// <summary>Send a test e-mail</summary>
    /// <remarks>
    /// Sends through the very path that scheduled e-mails take, and waits up to 30 s for the outcome. A test is tried once; while
    /// everything is held it is refused at once.
    /// </remarks>
    /// <response code="200">Sent.</response>
    internal static async Task<TestEmailSent> HandleAsync(HttpContext context, SendTestEmail send)
    {
        _ = new Query(context).Checked();
        var idempotency = Idempotency.From(context, ClientId);
        var (errors, body) = (new Errors(), await RequestBody.ReadAsync(context));
        var fields = new ObjectReader(body, errors, "to");
        var to = fields.Line("to", EmailFields.MaxMailbox, required: true);
        errors.Throw();
        var started = Stopwatch.GetTimestamp();
        // What is remembered is the e-mail: a repeated request waits for its outcome too.
        var (id, _, replayed) = await idempotency.RunAsync(body, send.Unit, async work =>
        {
            var made = await send.StartAsync(work, to!, context.RequestAborted);
            return new(made, Location: null, [made]);
        }, context.RequestAborted);
        if (replayed)
            context.Response.Headers[AnswerHeader.IdempotencyReplayed.Name] = "true";
        return await send.OutcomeAsync(JsonSerializer.Deserialize<Guid>(id), started, idempotency, context.RequestAborted);
    }

    private UnitOfWork Unit => unit;

    private async Task<TestEmailSent> OutcomeAsync(
        Guid id, long started, Idempotency idempotency, CancellationToken cancellationToken)
    {
        while (Stopwatch.GetElapsedTime(started) < _longest)
        {
            var email = await LoadAsync(id, cancellationToken);
            if (email.Status is EmailStatus.Sent)
                return new(id, email.Status, email.SmtpReply, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (EmailStatus.Final.Contains(email.Status, StringComparer.Ordinal))
            {
                throw Failed(
                    id, email.LastError?.Reply ?? email.SmtpReply,
                    email.LastError?.Hint ?? $"It is {email.Status}: its timeline says why.");
            }

            if (email.Status == EmailStatus.Pending && await RefuseAsync(id, idempotency, cancellationToken) is { } refusal)
                throw refusal;

            await Task.Delay(_poll, time, cancellationToken);
        }

        throw new ProblemException(ProblemCodes.NoOutcomeYet).With("email_id", id);
    }

    /// <summary>Puts a test e-mail on its way. Returns its id.</summary>
    internal Task<Guid> StartAsync(string to, CancellationToken cancellationToken) =>
        unit.RunAsync(work => StartAsync(work, to, cancellationToken), cancellationToken);

    private async Task<Guid> StartAsync(UnitOfWork.Work work, string to, CancellationToken cancellationToken)
    {
        if (AddressRules.Refuse(to) is { } sentence)
        {
            var errors = new Errors();
            errors.Add("/to", sentence);
            errors.Throw();
        }

        var conditions = await SendingConditions.ReadAsync(work.Connection, cancellationToken);
        if (conditions.HoldOf(ClientId) is { } hold)
            throw Held(hold);
        var status = SendingStatus.From(conditions.Senders);
        if (!status.Configured)
            throw NotConfigured(status);
        var content = new EmailContent
        {
            To = [to],
            Subject = "Test e-mail",
            Text =
                $"This is a test. It was sent at {MailJson.Format(work.Now)} through the path that scheduled e-mails take; that it is here "
                + "shows that sending works.",
        };
        var (email, body) = NewEmail.Create(
            ClientId, key: null, new(content), new(EmailSource.Test, instance.Name, "test e-mail"), work.Now);
        await EmailInserts.InsertAsync(work.Connection, [email], [body], cancellationToken);
        await outbox.WakeAsync(work.Connection, [(email.Id, email.DueAt)], cancellationToken);
        return email.Id;
    }

    // While all is held, or every sender is blocked, nothing is tried; and it is known why.
    private async Task<ProblemException?> RefuseAsync(Guid id, Idempotency idempotency, CancellationToken cancellationToken)
    {
        var conditions = await SendingConditions.ReadAsync(unit, cancellationToken);
        if (conditions.HoldOf(ClientId) is { } hold)
            return await TakeBackAsync(id, "sending is held back", idempotency, cancellationToken) ? Held(hold) : null;
        return SendingStatus.Blocked(conditions.Senders) is not null
            && conditions.Senders.FirstOrDefault(sender => sender.State == SenderState.Blocked) is { } blocked
            && await TakeBackAsync(id, "every sender is blocked", idempotency, cancellationToken)
                ? Failed(id, blocked.Reply, blocked.Hint)
                : null;
    }

    // A refused request is not remembered: whoever asks again with its key is answered anew.
    private Task<bool> TakeBackAsync(Guid id, string why, Idempotency idempotency, CancellationToken cancellationToken) => unit.RunAsync(
        async work =>
        {
            var cancelled = await EmailChanges.CancelAsync(
                work.Connection, [EmailTransition.Cancel(id, CancelReason.Cancelled, null, why, instance.Name)], cancellationToken);
            if (cancelled.Count > 0)
                idempotency.Forget(work);
            return cancelled.Count > 0;
        },
        cancellationToken);

    private async Task<ScheduledEmail> LoadAsync(Guid id, CancellationToken cancellationToken) =>
        (await unit.QueryAsync(session => session.LoadAsync<ScheduledEmail>(id, cancellationToken), cancellationToken))!;

    private static ProblemException NotConfigured(SendingStatus status)
    {
        var refusal = new ProblemException(ProblemCodes.EmailNotConfigured, status.Hint!)
            .With("missing", status.Missing);
        return (status.Invalid is null ? refusal : refusal.With("invalid", status.Invalid)).With("hint", status.Hint);
    }

    private static ProblemException Held(Hold hold) =>
        new ProblemException(ProblemCodes.Held, HoldNotice.Describe(hold))
            .With("since", hold.Since).With("by", hold.By).With("reason", hold.Reason);

    private static ProblemException Failed(Guid id, string? reply, string? hint) =>
        new ProblemException(ProblemCodes.SmtpFailed, $"The test e-mail was not sent: {reply ?? hint}")
            .With("email_id", id).With("smtp_reply", reply).With("hint", hint);
}

/// <summary>Whom to send the test to.</summary>
/// <param name="To">One mailbox.</param>
[Example("""{"to":"ada@example.com"}""")]
internal sealed record TestEmailInput(
    [property: StringLength(EmailFields.MaxMailbox, MinimumLength = 1), RegularExpression(EmailFields.LinePattern)] string To);

/// <summary>The server took the test e-mail.</summary>
/// <param name="EmailId">The e-mail, for its timeline.</param>
/// <param name="Status">Always <c>sent</c>.</param>
/// <param name="SmtpReply">What the server answered to the end of DATA.</param>
/// <param name="DurationMs">Milliseconds from the request to the outcome.</param>
[Example("""
    {"email_id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","status":"sent","smtp_reply":"250 2.0.0 Ok: queued as 4F2A1","duration_ms":112}
    """)]
internal sealed record TestEmailSent(Guid EmailId, [property: EmailStatus] string Status, string? SmtpReply, long DurationMs);
