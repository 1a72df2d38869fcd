using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Emails;

/// <summary><c>POST /client/{client_id}/scheduled-emails/batch</c>: up to 10,000 e-mails, all or none.</summary>
internal sealed class CreateBatch(Unit unit, Outbox outbox, Instance instance)
{
    private const int MostEmails = 10_000;

    internal sealed record Created(IReadOnlyList<Item> Items);

    internal sealed record Item(Guid Id, DateTimeOffset ScheduledDatetime, string Status);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/client/{client_id}/scheduled-emails/batch", async ([FromRoute(Name = "client_id")] string clientId, HttpContext context, CreateBatch create) =>
        {
            _ = new Query(context).Checked();
            var idempotency = Idempotency.Of(context, clientId);
            var body = await RequestBody.ReadAsync(context);
            return await idempotency.AnswerAsync(body, create.Unit, work => create.RunAsync(work, clientId, body, context.RequestAborted), context);
        }).WithName("CreateBatch").WithTags("Single e-mails");

    private Unit Unit => unit;

    private async Task<Idempotency.Answer> RunAsync(Unit.Work work, string clientId, RequestBody.Parsed body, CancellationToken cancellationToken)
    {
        var errors = new Errors();
        var fields = new ObjectReader(body.Root, "", errors, "emails");
        var made = new List<(ScheduledEmail Email, EmailBody Body)>();
        foreach (var (element, pointer) in fields.Items("emails", required: true))
        {
            if (made.Count == MostEmails)
            {
                errors.Add("/emails", $"holds more than {MostEmails} e-mails");
                break;
            }

            var input = EmailInput.Read(element, pointer, errors, inConfig: false);
            TimeRules.Check(input, pointer, work.Now, errors);
            made.Add(NewEmail.Of(clientId, key: null, input, new(EmailSource.OneOff, instance.Name, "batch of single e-mails"), work.Now));
        }

        if (made.Count == 0 && !errors.Any)
            errors.Add("/emails", "must hold at least one e-mail");
        errors.Throw();

        await Transitions.InsertAsync(work.Connection, [.. made.Select(each => each.Email)], made.Select(each => each.Body), cancellationToken);
        await outbox.WakeAsync(work.Connection, made.Select(each => (each.Email.Id, each.Email.DueAt)), cancellationToken);
        return new(
            new Created([.. made.Select(each => new Item(each.Email.Id, each.Email.ScheduledDatetime, each.Email.Status))]),
            Location: null,
            [.. made.Select(each => each.Email.Id)]);
    }
}
