using System.Diagnostics;
using Mail.ConfigService.Access;
using Mail.ConfigService.Emails;
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

    internal sealed record Answer(Guid EmailId, string Status, string? SmtpReply, long DurationMs);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/test-email", async (HttpContext context, SendTestEmail send) =>
        {
            _ = new Query(context).Checked();
            var errors = new Errors();
            var fields = new ObjectReader(await RequestBody.ReadAsync(context), errors, "to");
            var to = fields.Line("to", 998, required: true);
            errors.Throw();
            return await send.RunAsync(to!, context.RequestAborted);
        }).OperatorOnly().WithName("SendTestEmail").WithTags("Is e-mail working?");

    private async Task<Answer> RunAsync(string to, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var id = await StartAsync(to, cancellationToken);
        while (Stopwatch.GetElapsedTime(started) < _longest)
        {
            var email = await LoadAsync(id, cancellationToken);
            if (email.Status is EmailStatus.Sent)
                return new(id, email.Status, email.SmtpReply, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            if (EmailStatus.Final.Contains(email.Status, StringComparer.Ordinal))
                throw Failed(id, email.LastError?.Reply ?? email.SmtpReply, email.LastError?.Hint);
            if (email.Status == EmailStatus.Pending && await RefuseAsync(id, cancellationToken) is { } refusal)
                throw refusal;

            await Task.Delay(_poll, time, cancellationToken);
        }

        throw new ProblemException(StatusCodes.Status504GatewayTimeout, "no_outcome_yet", "There is no outcome after 30 s: look at the e-mail itself.").With("email_id", id);
    }

    /// <summary>Puts a test e-mail on its way. Returns its id.</summary>
    internal async Task<Guid> StartAsync(string to, CancellationToken cancellationToken)
    {
        if (AddressRules.Refuse(to) is { } sentence)
        {
            var errors = new Errors();
            errors.Add("/to", sentence);
            errors.Throw();
        }

        var conditions = await SendingConditions.ReadAsync(unit, cancellationToken);
        if (conditions.HoldOf(ClientId) is { } hold)
            throw Held(hold);
        var status = SendingStatus.From(conditions.Senders);
        return status.Configured
            ? await CreateAsync(to, cancellationToken)
            : throw NotConfigured(status);
    }

    private Task<Guid> CreateAsync(string to, CancellationToken cancellationToken) => unit.RunAsync(async work =>
    {
        var content = new EmailContent
        {
            To = [to],
            Subject = "Test e-mail",
            Text = $"This is a test. It was sent at {MailJson.Format(work.Now)} through the path that scheduled e-mails take; that it is here shows that sending works.",
        };
        var (email, body) = NewEmail.Create(ClientId, key: null, new() { Content = content }, new(EmailSource.Test, instance.Name, "test e-mail"), work.Now);
        await EmailInserts.InsertAsync(work.Connection, [email], [body], cancellationToken);
        await outbox.WakeAsync(work.Connection, [(email.Id, email.DueAt)], cancellationToken);
        return email.Id;
    }, cancellationToken);

    // While all is held, or every sender is blocked, nothing is tried; and it is known why.
    private async Task<ProblemException?> RefuseAsync(Guid id, CancellationToken cancellationToken)
    {
        var conditions = await SendingConditions.ReadAsync(unit, cancellationToken);
        if (conditions.HoldOf(ClientId) is { } hold)
            return await TakeBackAsync(id, "sending is held back", cancellationToken) ? Held(hold) : null;
        return SendingStatus.Blocked(conditions.Senders) is not null && conditions.Senders.FirstOrDefault(sender => sender.State == SenderState.Blocked) is { } blocked
            && await TakeBackAsync(id, "every sender is blocked", cancellationToken) ? Failed(id, blocked.Reason, blocked.Hint) : null;
    }

    private Task<bool> TakeBackAsync(Guid id, string why, CancellationToken cancellationToken) => unit.RunAsync(
        async work => (await EmailChanges.CancelAsync(
            work.Connection, [EmailTransition.Cancel(id, CancelReason.Cancelled, null, why, instance.Name)], cancellationToken)).Count > 0,
        cancellationToken);

    private async Task<ScheduledEmail> LoadAsync(Guid id, CancellationToken cancellationToken) =>
        (await unit.QueryAsync(session => session.LoadAsync<ScheduledEmail>(id, cancellationToken), cancellationToken))!;

    private static ProblemException NotConfigured(SendingStatus status)
    {
        var refusal = new ProblemException(StatusCodes.Status503ServiceUnavailable, "email_not_configured", status.Hint!)
            .With("missing", status.Missing);
        return (status.Invalid is null ? refusal : refusal.With("invalid", status.Invalid)).With("hint", status.Hint);
    }

    private static ProblemException Held(Hold hold) =>
        new ProblemException(StatusCodes.Status409Conflict, "held", HoldNotice.Describe(hold)).With("since", hold.Since).With("by", hold.By).With("reason", hold.Reason);

    private static ProblemException Failed(Guid id, string? reply, string? hint) =>
        new ProblemException(StatusCodes.Status502BadGateway, "smtp_failed", $"The test e-mail was not sent: {reply ?? hint}")
            .With("email_id", id).With("smtp_reply", reply).With("hint", hint);
}
