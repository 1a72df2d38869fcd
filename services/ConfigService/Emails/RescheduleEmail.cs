using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary><c>PATCH /scheduled-emails/{id}</c> moves a pending e-mail, <c>POST …/send-now</c> makes it due now.</summary>
internal sealed class RescheduleEmail(UnitOfWork unit, Outbox outbox, SendingForecast forecast, CurrentTimeZones zones, Instance instance)
{
    internal static void Map(RouteGroupBuilder api)
    {
        api.MapPatch("/scheduled-emails/{id}", MoveAsync)
            .WithName("MoveEmail").Takes<MoveInput>()
            .Answers<EmailView>(example: EmailExamples.Moved)
            .Refuses(
                ProblemCodes.EmailNotFound, ProblemCodes.TooLate, ProblemCodes.ManagedByConfig,
                ProblemCodes.TimeWithoutOffset, ProblemCodes.ScheduledInThePast, ProblemCodes.ScheduledTooFarAhead,
                ProblemCodes.ConflictingFields)
            .Refuses(LocalTimeInput.Refusals);
        api.MapPost("/scheduled-emails/{id}/send-now", SendNowAsync)
            .WithName("SendNow").TakesNoFields()
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
        var fields = new ObjectReader(
            await RequestBody.ReadAsync(context), errors, ["scheduled_datetime", .. LocalTimeInput.Fields]);
        var to = fields.Time("scheduled_datetime", required: !fields.Has("scheduled_local"));
        var local = LocalTimeInput.Read(fields, move.Zones, to);
        errors.Throw();
        return await move.RunAsync(id, local?.Instant ?? to, Caller.From(context), context.RequestAborted, local);
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

    private TimeZones Zones => zones.Zones;

    /// <summary>Moves it.</summary>
    /// <param name="id">The e-mail.</param>
    /// <param name="to">When to send it; null for now.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    /// <param name="local">The local time that <paramref name="to"/> follows from.</param>
    internal Task<EmailView> RunAsync(
        string id, DateTimeOffset? to, Caller caller, CancellationToken cancellationToken, LocalTimeInput? local = null) =>
        unit.RunAsync(async work =>
        {
            if (local is not null)
                await zones.CheckAsync(work.Connection, cancellationToken);
            var email = await UnitOfWork.EmailAsync(work.Session, id, caller, cancellationToken);
            var decision = MoveRules.Decide(email, to, work.Now);
            if (decision.Refused is not null)
                throw MoveRules.Problem(email, decision, local is null ? "/scheduled_datetime" : "/scheduled_local");
            var moved = await EmailChanges.RescheduleAsync(
                work.Connection,
                [MoveRules.Transition(email, decision, now: to is null, caller.Name, instance.Name, local)],
                cancellationToken);
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

/// <summary>When to send it instead: at an instant, or at a local time.</summary>
/// <param name="ScheduledDatetime">With an offset; at most an hour ago, and before a <c>send_before</c> that was set.</param>
/// <param name="ScheduledLocal">On the clocks of <c>time_zone</c>, in place of <c>scheduled_datetime</c>.</param>
/// <param name="TimeZone">The zone of <c>scheduled_local</c>, by a name of the IANA database.</param>
/// <param name="IfSkipped">What to do where a clock change leaves the time out; <c>refuse</c> where left out.</param>
/// <param name="IfRepeated">Which instant is meant where the time comes twice; <c>first</c> where left out.</param>
[Example("""{"scheduled_datetime":"2026-12-02T09:00:00+01:00"}""")]
internal sealed record MoveInput(
    DateTimeOffset? ScheduledDatetime = null, [property: RegularExpression(EmailInput.LocalTimePattern)] string? ScheduledLocal = null,
    string? TimeZone = null, [property: IfSkipped] string? IfSkipped = null, [property: IfRepeated] string? IfRepeated = null);
