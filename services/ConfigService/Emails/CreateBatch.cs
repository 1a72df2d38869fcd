using System.Text.Json;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Emails;

/// <summary><c>POST /client/{client_id}/scheduled-emails/batch</c>: up to 10,000 e-mails, all or none.</summary>
internal sealed class CreateBatch(UnitOfWork unit, Outbox outbox, EmailAttachments attachments, Instance instance)
{
    internal sealed record Created(IReadOnlyList<Item> Items);

    internal sealed record Item(Guid Id, DateTimeOffset ScheduledDatetime, string Status);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/client/{client_id}/scheduled-emails/batch", async ([FromRoute(Name = "client_id")] string clientId, HttpContext context, CreateBatch create) =>
        {
            _ = new Query(context).Checked();
            var idempotency = Idempotency.From(context, clientId);
            var emails = EmailList.Parse(await RequestBody.ReadAsync(context));
            return await idempotency.AnswerAsync(emails.Bytes, create.Unit, work => create.RunAsync(work, clientId, emails, context.RequestAborted), context);
        }).WithName("CreateBatch").WithTags("Single e-mails");

    private UnitOfWork Unit => unit;

    private async Task<Idempotency.Answer> RunAsync(UnitOfWork.Work work, string clientId, EmailList emails, CancellationToken cancellationToken)
    {
        var errors = new Errors();
        var created = new List<Item>();
        // Part by part, so that never more than one of them is there as objects.
        foreach (var inputs in emails.Read(errors).Select(item => Read(item.Element, item.Pointer, work.Now, errors)).Chunk(EmailInserts.MaxInserted))
        {
            // A full one may not be the last.
            if (created.Count == 0 && inputs.Length == EmailInserts.MaxInserted)
                await EmailInserts.BeginPartsAsync(work.Connection, clientId, cancellationToken);
            var complete = await attachments.ResolveAsync(work.Connection, clientId, inputs, errors, cancellationToken);
            var part = complete.ConvertAll(input => NewEmail.Create(clientId, key: null, input, new(EmailSource.OneOff, instance.Name, "batch of single e-mails"), work.Now));
            created.AddRange(part.Select(each => new Item(each.Email.Id, each.Email.ScheduledDatetime, each.Email.Status)));
            // The rest is read all the same: all that is wrong is said at once.
            if (errors.Any)
                continue;
            await EmailAttachments.StoreAsync(work.Connection, clientId, complete, cancellationToken);
            await EmailInserts.InsertAsync(work.Connection, [.. part.Select(each => each.Email)], part.Select(each => each.Body), cancellationToken);
            await outbox.WakeAsync(work.Connection, part.Select(each => (each.Email.Id, each.Email.DueAt)), cancellationToken);
        }

        if (created.Count == 0 && !errors.Any)
            errors.Add("/emails", "must hold at least one e-mail");
        // With them goes what was inserted before.
        errors.Throw();
        return new(new Created(created), Location: null, created.ConvertAll(item => item.Id));
    }

    private static EmailInput Read(JsonElement element, string pointer, DateTimeOffset now, Errors errors)
    {
        var input = EmailInput.Read(element, pointer, errors, inConfig: false);
        TimeRules.Check(input, pointer, now, errors);
        return input;
    }
}
