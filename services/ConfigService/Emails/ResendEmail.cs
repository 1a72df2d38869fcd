using Mail.ConfigService.Access;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Marten;

namespace Mail.ConfigService.Emails;

/// <summary><c>POST /scheduled-emails/{id}/resend</c>: a new e-mail in the place of one that failed, expired or is in doubt.</summary>
internal sealed class ResendEmail(Unit unit, Outbox outbox, Circumstances circumstances, Instance instance)
{
    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/scheduled-emails/{id}/resend", async (string id, HttpContext context, ResendEmail resend) =>
        {
            _ = new Query(context).Checked();
            await RequestBody.RefuseFieldsAsync(context);
            var view = await resend.RunAsync(id, Caller.Of(context), context.RequestAborted);
            return Results.Created($"/api/v1/scheduled-emails/{view.Id}", view);
        }).WithName("ResendEmail").WithTags("Single e-mails");

    internal Task<EmailView> RunAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        unit.RunAsync(async work =>
        {
            var old = await Unit.EmailAsync(work.Session, id, caller, cancellationToken);
            var body = await work.Session.LoadAsync<EmailBody>(old.BodyId, cancellationToken)
                ?? throw NotResendable("What it says was erased: it is kept for RETENTION_DAYS.", old.Status);
            var input = new EmailInput
            {
                To = old.To,
                Cc = old.Cc,
                Bcc = old.Bcc,
                ReplyTo = old.ReplyTo,
                Subject = old.Subject,
                Text = body.Text,
                Html = body.Html,
                Headers = old.Headers,
            };
            var (made, text) = NewEmail.Of(
                old.ClientId, key: null, input, new(EmailSource.OneOff, instance.Name, $"resend of {old.Id} by {caller.Name}", ResendOf: old.Id), work.Now);
            // A remainder goes to its own recipients again, and names whom it named.
            var email = made with { Named = old.Named };
            // The condition is in the statement: a late outcome may be telling the truth about the old one at this moment.
            if (await Transitions.ResendAsync(work.Connection, EmailMove.Resend(old.Id, email.Id, instance.Name), cancellationToken) is [])
                throw await NotResendableAsync(work, id, caller, cancellationToken);
            await EmailInserts.InsertAsync(work.Connection, [email], [text], cancellationToken);
            await outbox.WakeAsync(work.Connection, [(email.Id, email.DueAt)], cancellationToken);
            return EmailView.Whole(email, text, await circumstances.LookAsync(cancellationToken));
        }, cancellationToken);

    private static async Task<Refusal> NotResendableAsync(Unit.Work work, string id, Caller caller, CancellationToken cancellationToken)
    {
        var status = (await Unit.EmailAsync(work.Session, id, caller, cancellationToken)).Status;
        return NotResendable($"Only a failed, unknown or expired e-mail can be resent; this one is {status}.", status);
    }

    private static Refusal NotResendable(string detail, string status) =>
        new Refusal(StatusCodes.Status409Conflict, "not_resendable", detail).With("current_status", status);
}
