using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Emails;

/// <summary><c>POST /client/{client_id}/scheduled-emails/batch</c>: up to 10,000 e-mails, all or none.</summary>
internal sealed class CreateBatch(UnitOfWork unit, Outbox outbox, EmailAttachments attachments, CurrentTimeZones zones, Instance instance)
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost("/client/{client_id}/scheduled-emails/batch", HandleAsync)
        .WithName("CreateBatch")
        .Takes(Parameter.IdempotencyKey).Takes<BatchInput>()
        .Answers<BatchCreated>(StatusCodes.Status201Created, example: null, AnswerHeader.IdempotencyReplayed)
        .Refuses(CreateEmail.Refusals);

    private UnitOfWork Unit => unit;

    /// <summary>Schedule many e-mails</summary>
    /// <remarks>Up to 10,000 e-mails outside the config, all or none.</remarks>
    /// <response code="201">All of them are scheduled.</response>
    internal static async Task<IResult> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, CreateBatch create)
    {
        _ = new Query(context).Checked();
        var idempotency = Idempotency.From(context, clientId);
        var emails = EmailList.Parse(await RequestBody.ReadAsync(context));
        return await idempotency.AnswerAsync(
            emails.Bytes, create.Unit, work => create.RunAsync(work, clientId, emails, context.RequestAborted), context);
    }

    private async Task<Idempotency.Answer> RunAsync(
        UnitOfWork.Work work, string clientId, EmailList emails, CancellationToken cancellationToken)
    {
        var errors = new Errors();
        var created = new List<BatchEmail>();
        var templates = new EmailTemplates(work.Session, clientId);
        // Part by part, so that never more than one of them is there as objects.
        foreach (var part in emails.Read(errors)
            .Select(item => Read(item.Element, item.Pointer, work.Now, errors)).Chunk(EmailInserts.MaxInserted))
        {
            await Planning.PlanForAsync(work.Connection, part.Length, cancellationToken);
            if (Array.Exists(part, each => each.Input.Local is not null))
                await zones.CheckAsync(work.Connection, cancellationToken);
            var areRendered = part.Any(each => each.Input.Template is not null);
            // A full one may not be the last.
            if (created.Count == 0 && (part.Length == EmailInserts.MaxInserted || areRendered))
                await EmailInserts.BeginPartsAsync(work.Connection, clientId, cancellationToken);
            await RenderEmails.ReadAsync(templates, part, cancellationToken);
            // What is rendered may be far larger than what was sent.
            foreach (var few in part.Chunk(areRendered ? RenderedContent.MaxAtOnce : part.Length))
            {
                List<EmailInput> rendered = [.. few.Select(each => RenderEmails.Render(templates, attachments, each, errors))];
                var complete = await attachments.ResolveAsync(work.Connection, clientId, rendered, errors, cancellationToken);
                created.AddRange(await CreateAsync(work, clientId, complete, errors, cancellationToken));
            }
        }

        if (created.Count == 0 && !errors.Any)
            errors.Add("/emails", "must hold at least one e-mail");
        // With them goes what was inserted before.
        errors.Throw();
        return new(new BatchCreated(created), Location: null, created.ConvertAll(item => item.Id));
    }

    private async Task<List<BatchEmail>> CreateAsync(
        UnitOfWork.Work work, string clientId, List<EmailInput> inputs, Errors errors, CancellationToken cancellationToken)
    {
        // The rest is read all the same: all that is wrong is said at once.
        if (errors.Any)
            return [];
        var made = inputs.ConvertAll(input =>
            NewEmail.Create(clientId, key: null, input, new(EmailSource.OneOff, instance.Name, "batch of single e-mails"), work.Now));
        await EmailAttachments.StoreAsync(work.Connection, clientId, inputs, cancellationToken);
        await EmailInserts.InsertAsync(
            work.Connection, made.ConvertAll(each => each.Email), made.Select(each => each.Body), cancellationToken);
        await outbox.WakeAsync(work.Connection, made.Select(each => (each.Email.Id, each.Email.DueAt)), cancellationToken);
        return made.ConvertAll(each => new BatchEmail(each.Email.Id, each.Email.ScheduledDatetime, each.Email.Status));
    }

    private (EmailInput Input, string Pointer) Read(JsonElement element, string pointer, DateTimeOffset now, Errors errors)
    {
        var input = EmailInput.Read(element, pointer, errors, zones.Zones);
        TimeRules.Check(input, pointer, now, errors);
        return (input, pointer);
    }
}

/// <summary>E-mails that are created together.</summary>
/// <param name="Emails">The e-mails.</param>
[Example("""
    {"emails":[
      {"to":["Ada Lovelace <ada@example.com>"],"subject":"Your receipt","text":"Thank you, Ada",
       "scheduled_datetime":"2026-12-01T09:00:00+01:00"}]}
    """)]
internal sealed record BatchInput([property: Length(1, EmailList.MaxEmails)] IReadOnlyList<EmailInput> Emails);

/// <summary>The new e-mails, in the order given.</summary>
/// <param name="Items">One an e-mail.</param>
[Example("""
    {"items":[{"id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","scheduled_datetime":"2026-12-01T08:00:00.000Z","status":"pending"}]}
    """)]
internal sealed record BatchCreated([property: MaxLength(EmailList.MaxEmails)] IReadOnlyList<BatchEmail> Items);

/// <summary>A new e-mail.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ScheduledDatetime">When it is due.</param>
/// <param name="Status">Where it stands.</param>
internal sealed record BatchEmail(Guid Id, DateTimeOffset ScheduledDatetime, [property: EmailStatus] string Status);
