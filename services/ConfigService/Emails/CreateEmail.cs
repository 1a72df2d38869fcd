using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Emails;

/// <summary><c>POST /client/{client_id}/scheduled-emails</c>: one e-mail outside the config, due now where it has no time.</summary>
internal sealed class CreateEmail(
    UnitOfWork unit, Outbox outbox, CreateGroup group, SendingForecast forecast, EmailAttachments attachments, CurrentTimeZones zones,
    Instance instance)
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost("/client/{client_id}/scheduled-emails", HandleAsync)
        .WithName("CreateEmail")
        .Takes(Parameter.IdempotencyKey).Takes<EmailInput>()
        .Answers<EmailView>(StatusCodes.Status201Created, EmailExamples.Created, AnswerHeader.Location, AnswerHeader.IdempotencyReplayed)
        .Refuses(Refusals);

    /// <summary>What is refused wherever e-mails are created.</summary>
    internal static ProblemCode[] Refusals =>
    [
        ProblemCodes.IdempotencyInProgress, ProblemCodes.TimeWithoutOffset, ProblemCodes.ScheduledInThePast,
        ProblemCodes.ScheduledTooFarAhead, ProblemCodes.InvalidIdempotencyKey, ProblemCodes.IdempotencyKeyReused,
        .. LocalTimeInput.Refusals,
        .. EmailAttachments.Refusals.Union(TemplateRefusals.OfEmails),
    ];

    private UnitOfWork Unit => unit;

    private TimeZones Zones => zones.Zones;

    /// <summary>Schedule one e-mail</summary>
    /// <remarks>One e-mail outside the config, due now where it has no time. Config saves never touch it.</remarks>
    /// <response code="201">Scheduled: the e-mail as it stands.</response>
    internal static async Task<IResult> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, CreateEmail create)
    {
        _ = new Query(context).Checked();
        var idempotency = Idempotency.From(context, clientId);
        var (errors, body) = (new Errors(), await RequestBody.ReadAsync(context));
        var input = EmailInput.Read(body, errors, create.Zones);
        if (!idempotency.HasKey && input is { Attachments: null or { Count: 0 }, Template: null, Local: null })
            return await create.RunAsync(clientId, input, errors, context);
        return await idempotency.AnswerAsync(
            body, create.Unit, work => create.RunAsync(work, clientId, input, errors, context.RequestAborted), context);
    }

    private async Task<IResult> RunAsync(string clientId, EmailInput input, Errors errors, HttpContext context)
    {
        var created = await group.RunAsync(clientId, input, errors, context.RequestAborted);
        var location = Location(created.Email);
        context.Response.Headers.Location = location;
        return Results.Json(
            new EmailView(created.Email, created.Body, created.Conditions with { Schedule = forecast.Latest() }),
            statusCode: StatusCodes.Status201Created);
    }

    private static string Location(ScheduledEmail email) => $"/api/v1/scheduled-emails/{email.Id}";

    private async Task<Idempotency.Answer> RunAsync(
        UnitOfWork.Work work, string clientId, EmailInput input, Errors errors, CancellationToken cancellationToken)
    {
        if (input.Local is not null)
            await zones.CheckAsync(work.Connection, cancellationToken);
        TimeRules.Check(input, "", work.Now, errors);
        var rendered = await new EmailTemplates(work.Session, clientId).RenderAsync(attachments, [(input, "")], errors, cancellationToken);
        var complete = await attachments.ResolveAsync(work.Connection, clientId, rendered[0], errors, cancellationToken);
        errors.Throw();

        await EmailAttachments.StoreAsync(work.Connection, clientId, [complete], cancellationToken);
        var (email, text) = NewEmail.Create(
            clientId, key: null, complete, new(EmailSource.OneOff, instance.Name, "single e-mail"), work.Now);
        await EmailInserts.InsertAsync(work.Connection, [email], [text], cancellationToken);
        await outbox.WakeAsync(work.Connection, [(email.Id, email.DueAt)], cancellationToken);
        var conditions = await SendingConditions.ReadAsync(work.Connection, cancellationToken) with { Schedule = forecast.Latest() };
        return new(new EmailView(email, text, conditions), Location(email), [email.Id]);
    }
}
