using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary><c>PATCH /scheduled-emails/{id}</c> moves a pending e-mail, <c>POST …/send-now</c> makes it due now.</summary>
internal sealed class RescheduleEmail(UnitOfWork unit, Outbox outbox, SendingForecast forecast, Instance instance)
{
    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPatch("/scheduled-emails/{id}", MoveAsync)
            .WithName("MoveEmail").WithTags("Single e-mails").Takes<MoveInput>()
            .Answers<EmailView>(example: EmailExamples.Moved)
            .Refuses(
                ProblemCodes.EmailNotFound, ProblemCodes.TooLate, ProblemCodes.ManagedByConfig,
                ProblemCodes.TimeWithoutOffset, ProblemCodes.ScheduledInThePast, ProblemCodes.ScheduledTooFarAhead);
        api.MapPost("/scheduled-emails/{id}/send-now", SendNowAsync)
            .WithName("SendNow").WithTags("Single e-mails").TakesNoFields()
            .Answers<EmailView>(example: EmailExamples.SentNow)
            .Refuses(ProblemCodes.EmailNotFound, ProblemCodes.TooLate);
    }

    /// <summary>Move an e-mail</summary>
    /// <remarks>
    /// Gives a pending single e-mail another time. A `send_before` that was not set moves along; one that was set stays, and a time past it
    /// is refused.
    /// </remarks>
    /// <response code="200">Moved.</response>
    internal static async Task<EmailView> MoveAsync(string id, HttpContext context, RescheduleEmail move)
    {
        _ = new Query(context).Checked();
        var errors = new Errors();
        var to = new ObjectReader(await RequestBody.ReadAsync(context), errors, "scheduled_datetime")
            .Time("scheduled_datetime", required: true);
        errors.Throw();
        return await move.RunAsync(id, to, Caller.From(context), context.RequestAborted);
    }

    /// <summary>Send an e-mail now</summary>
    /// <remarks>Makes a pending e-mail due now, whatever its source.</remarks>
    /// <response code="200">Due now.</response>
    internal static async Task<EmailView> SendNowAsync(string id, HttpContext context, RescheduleEmail move)
    {
        _ = new Query(context).Checked();
        await RequestBody.RefuseFieldsAsync(context);
        return await move.RunAsync(id, to: null, Caller.From(context), context.RequestAborted);
    }

    internal Task<EmailView> RunAsync(string id, DateTimeOffset? to, Caller caller, CancellationToken cancellationToken) =>
        unit.RunAsync(async work =>
        {
            var email = await UnitOfWork.EmailAsync(work.Session, id, caller, cancellationToken);
            var decision = MoveRules.Decide(email, to, work.Now);
            if (decision.Refused is not null)
                throw MoveRules.Problem(email, decision);
            var moved = await EmailChanges.RescheduleAsync(
                work.Connection, [MoveRules.Transition(email, decision, now: to is null, caller.Name, instance.Name)], cancellationToken);
            if (moved.Count == 0)
                throw ProblemException.TooLate((await work.Session.LoadAsync<ScheduledEmail>(email.Id, cancellationToken))!.Status);
            // A new timer, since a dispatcher may hold the old one's row. The timer that first scheduled the e-mail stays, perhaps for
            // others as well, and will find nothing due.
            await outbox.WakeAgainAsync(work.Connection, moved, cancellationToken);
            return new EmailView(
                moved[0],
                await work.Session.LoadAsync<EmailBody>(email.BodyId, cancellationToken),
                await SendingConditions.ReadAsync(work.Connection, cancellationToken) with { Schedule = forecast.Latest() });
        }, cancellationToken);
}

/// <summary>When to send it instead.</summary>
/// <param name="ScheduledDatetime">With an offset; at most an hour ago, and before a <c>send_before</c> that was set.</param>
[Example("""{"scheduled_datetime":"2026-12-02T09:00:00+01:00"}""")]
internal sealed record MoveInput(DateTimeOffset ScheduledDatetime);
