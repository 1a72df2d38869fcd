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
        .WithName("ResendEmail").WithTags("Single e-mails")
        .Takes(Parameter.IdempotencyKey).TakesNoFields()
        .Answers<EmailView>(StatusCodes.Status201Created, EmailExamples.Resent, "Location", "Idempotency-Replayed")
        .Refuses(
            ProblemCodes.EmailNotFound, ProblemCodes.NotResendable, ProblemCodes.AlreadyResent,
            ProblemCodes.IdempotencyInProgress, ProblemCodes.InvalidIdempotencyKey, ProblemCodes.IdempotencyKeyReused);

    private UnitOfWork Unit => unit;

    /// <summary>Send an e-mail again</summary>
    /// <remarks>
    /// Makes a new e-mail, due now, in the place of one that is `failed`, `unknown` or `expired`. For an `unknown` one this is a person's
    /// decision: the server may have it. An e-mail is resent once; after that, the new one can be.
    /// </remarks>
    /// <response code="201">A new e-mail is due now; its `resend_of` names the old one.</response>
    internal static async Task<IResult> HandleAsync(string id, HttpContext context, ResendEmail resend)
    {
        _ = new Query(context).Checked();
        var body = await RequestBody.RefuseFieldsAsync(context);
        var caller = Caller.From(context);
        // Keys are remembered for the client of the e-mail, also where the operator asks.
        var email = await resend.Unit.QueryAsync(
            session => UnitOfWork.EmailAsync(session, id, caller, context.RequestAborted), context.RequestAborted);
        return await Idempotency.From(context, email.ClientId).AnswerAsync(
            body,
            resend.Unit,
            async work =>
            {
                var view = await resend.RunAsync(work, id, caller, context.RequestAborted);
                return new(view, $"/api/v1/scheduled-emails/{view.Id}", [view.Id]);
            },
            context);
    }

    internal Task<EmailView> RunAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        unit.RunAsync(work => RunAsync(work, id, caller, cancellationToken), cancellationToken);

    private async Task<EmailView> RunAsync(UnitOfWork.Work work, string id, Caller caller, CancellationToken cancellationToken)
    {
        var old = await UnitOfWork.EmailAsync(work.Session, id, caller, cancellationToken);
        if (old.ResentAs is { } before)
            throw AlreadyResent(before);
        var body = await work.Session.LoadAsync<EmailBody>(old.BodyId, cancellationToken)
            ?? throw NotResendable("What it says was erased: it is kept for RETENTION_DAYS.", old.Status);
        var (made, text) = NewEmail.Create(
            old.ClientId, key: null, new(EmailContent.From(old, body)) { RenderedFrom = body.Template },
            new(EmailSource.OneOff, instance.Name, $"resend of {old.Id} by {caller.Name}", ResendOf: old.Id), work.Now);
        // A remainder goes to its own recipients again, and names whom it named.
        var email = made with { Named = old.Named };
        // The conditions are in the statement: another resend, or a late outcome that tells the truth about the old one, may come at
        // this very moment.
        if (await EmailChanges.ResendAsync(work.Connection, EmailTransition.Resend(old.Id, email.Id, instance.Name), cancellationToken)
            is [])
        {
            throw await NotResendableAsync(work, id, caller, cancellationToken);
        }

        await EmailInserts.InsertAsync(work.Connection, [email], [text], cancellationToken);
        await outbox.WakeAsync(work.Connection, [(email.Id, email.DueAt)], cancellationToken);
        return new EmailView(
            email, text, await SendingConditions.ReadAsync(work.Connection, cancellationToken) with { Schedule = forecast.Latest() });
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
