using Mail.ConfigService.Attachments;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Emails;

/// <summary><c>POST /client/{client_id}/scheduled-emails</c>: one e-mail outside the config, due now where it has no time.</summary>
internal sealed class CreateEmail(UnitOfWork unit, Outbox outbox, SendingForecast forecast, EmailAttachments attachments, Instance instance)
{
    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/client/{client_id}/scheduled-emails", async ([FromRoute(Name = "client_id")] string clientId, HttpContext context, CreateEmail create) =>
        {
            _ = new Query(context).Checked();
            var idempotency = Idempotency.From(context, clientId);
            var (errors, body) = (new Errors(), await RequestBody.ReadAsync(context));
            var input = EmailInput.Read(body, errors);
            return await idempotency.AnswerAsync(body, create.Unit, work => create.RunAsync(work, clientId, input, errors, context.RequestAborted), context);
        }).WithName("CreateEmail").WithTags("Single e-mails");

    private UnitOfWork Unit => unit;

    private async Task<Idempotency.Answer> RunAsync(UnitOfWork.Work work, string clientId, EmailInput input, Errors errors, CancellationToken cancellationToken)
    {
        TimeRules.Check(input, "", work.Now, errors);
        var complete = await attachments.ResolveAsync(work.Connection, clientId, input, errors, cancellationToken);
        errors.Throw();

        await EmailAttachments.StoreAsync(work.Connection, clientId, [complete], cancellationToken);
        var (email, text) = NewEmail.Create(clientId, key: null, complete, new(EmailSource.OneOff, instance.Name, "single e-mail"), work.Now);
        await EmailInserts.InsertAsync(work.Connection, [email], [text], cancellationToken);
        await outbox.WakeAsync(work.Connection, [(email.Id, email.DueAt)], cancellationToken);
        var conditions = await SendingConditions.ReadAsync(work.Connection, cancellationToken) with { Schedule = forecast.Latest() };
        return new(EmailView.Whole(email, text, conditions), $"/api/v1/scheduled-emails/{email.Id}", [email.Id]);
    }
}
