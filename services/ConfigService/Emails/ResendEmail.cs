using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>
/// <c>POST /scheduled-emails/{id}/resend</c>: a new e-mail in the place of one that failed, expired or is in doubt, once.
/// </summary>
internal sealed class ResendEmail(UnitOfWork unit, Outbox outbox, SendingForecast forecast, Instance instance)
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost("/scheduled-emails/{id}/resend", HandleAsync)
        .WithName("ResendEmail")
        .Takes(Parameter.IdempotencyKey).MayTake<ResendInput>()
        .Answers<EmailView>(StatusCodes.Status201Created, EmailExamples.Resent, AnswerHeader.Location, AnswerHeader.IdempotencyReplayed)
        .Refuses(
            ProblemCodes.EmailNotFound, ProblemCodes.NotResendable, ProblemCodes.AlreadyResent,
            ProblemCodes.IdempotencyInProgress, ProblemCodes.InvalidIdempotencyKey, ProblemCodes.IdempotencyKeyReused);

    private UnitOfWork Unit => unit;

    /// <summary>Send an e-mail again</summary>
    /// <remarks>
    /// Makes a new e-mail, due now, in the place of one that is `failed`, `unknown` or `expired`. For an `unknown` one this is a person's
    /// decision: the server may have it. With `to` it goes to somebody else instead, and `cc` and `bcc` are left out. An e-mail is resent
    /// once; after that, the new one can be.
    /// </remarks>
    /// <response code="201">A new e-mail is due now; its `resend_of` names the old one.</response>
    internal static async Task<IResult> HandleAsync(string id, HttpContext context, ResendEmail resend)
    {
        _ = new Query(context).Checked();
        var body = await RequestBody.ReadAsync(context, optional: true);
        var to = ReadTo(body);
        var caller = Caller.From(context);
        // Keys are remembered for the client of the e-mail, also where the operator asks.
        var email = await resend.Unit.QueryAsync(
            session => UnitOfWork.EmailAsync(session, id, caller, context.RequestAborted), context.RequestAborted);
        return await Idempotency.From(context, email.ClientId).AnswerAsync(
            body,
            resend.Unit,
            async work =>
            {
                var view = await resend.RunAsync(work, id, to, caller, context.RequestAborted);
                return new(view, $"/api/v1/scheduled-emails/{view.Id}", [view.Id]);
            },
            context);
    }

    /// <summary>Sends it again.</summary>
    /// <param name="id">The e-mail.</param>
    /// <param name="to">To whom instead; null for whom it went to.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal Task<EmailView> RunAsync(string id, List<string>? to, Caller caller, CancellationToken cancellationToken) =>
        unit.RunAsync(work => RunAsync(work, id, to, caller, cancellationToken), cancellationToken);

    /// <summary>The recipients that a body names; null where it names none.</summary>
    internal static List<string>? ReadTo(ReadOnlyMemory<byte> body)
    {
        var errors = new Errors();
        var fields = new ObjectReader(body, errors, "to");
        var to = fields.Has("to") ? AddressRules.Read(fields, "to", required: true) : null;
        if (to?.Count > EmailFields.MaxRecipients)
            errors.Add("/to", $"makes more than {EmailFields.MaxRecipients} recipients");
        errors.Throw();
        return to;
    }

    private async Task<EmailView> RunAsync(
        UnitOfWork.Work work, string id, List<string>? to, Caller caller, CancellationToken cancellationToken)
    {
        var old = await UnitOfWork.EmailAsync(work.Session, id, caller, cancellationToken);
        if (old.ResentAs is { } before)
            throw AlreadyResent(before);
        var body = await work.Session.LoadAsync<EmailBody>(old.BodyId, cancellationToken)
            ?? throw NotResendable("What it says was erased: it is kept for RETENTION_DAYS.", old.Status);
        var email = NewEmail.Again(
            old, instance.Name, $"resend of {old.Id}{(to is null ? "" : " to somebody else")} by {caller.Name}", work.Now);
        if (to is not null)
            email = email with { To = to, Cc = [], Bcc = [], Named = null };
        if (to is not null || old.MessageBytes is null)
            email = email with { MessageBytes = MessageSize.AtMost(EmailContent.From(email, body)) };
        // The conditions are in the statement: another resend, or a late outcome that tells the truth about the old one, may come at
        // this very moment.
        if (await EmailChanges.ResendAsync(work.Connection, [EmailTransition.Resend(old.Id, email.Id, instance.Name)], cancellationToken)
            is [])
        {
            throw await NotResendableAsync(work, id, caller, cancellationToken);
        }

        await EmailInserts.InsertAsync(work.Connection, [email], [body], cancellationToken);
        await outbox.WakeAsync(work.Connection, [(email.Id, email.DueAt)], cancellationToken);
        return new EmailView(
            email, body, await SendingConditions.ReadAsync(work.Connection, cancellationToken) with { Schedule = forecast.Latest() });
    }

    private static async Task<ProblemException> NotResendableAsync(
        UnitOfWork.Work work, string id, Caller caller, CancellationToken cancellationToken)
    {
        // Whoever was faster has committed by now.
        var email = await UnitOfWork.EmailAsync(work.Session, id, caller, cancellationToken);
        return email.ResentAs is { } resentAs
            ? AlreadyResent(resentAs)
            : NotResendable($"Only a failed, unknown or expired e-mail can be resent; this one is {email.Status}.", email.Status);
    }

    private static ProblemException AlreadyResent(Guid resentAs) =>
        new ProblemException(
            ProblemCodes.AlreadyResent,
            $"It was resent before, as {resentAs}: look at that one, and resend it if need be. Nothing changed.")
            .With("resent_as", resentAs);

    private static ProblemException NotResendable(string detail, string status) =>
        new ProblemException(ProblemCodes.NotResendable, detail).With("current_status", status);
}

/// <summary>To whom to send it instead.</summary>
/// <param name="To">The recipients; those that it went to where left out.</param>
[Example("""{"to":["Ada Lovelace <ada@example.org>"]}""")]
internal sealed record ResendInput(
    [property: Length(1, EmailFields.MaxRecipients), Mailbox] IReadOnlyList<string>? To = null);
