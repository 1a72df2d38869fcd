using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Emails;

/// <summary><c>GET /client/{client_id}/scheduled-emails</c>: by due time, then id.</summary>
internal static class ListEmails
{
    private static readonly Parameter _status =
        new("status", "Only e-mails that stand so; may be given several times.", typeof(string)) { Words = new EmailStatusAttribute() };
    private static readonly Parameter _dueFrom = new("due_from", "Only e-mails due then or later.", typeof(DateTimeOffset));
    private static readonly Parameter _dueTo = new("due_to", "Only e-mails due before then.", typeof(DateTimeOffset));
    private static readonly Parameter _key = new("key", "Only e-mails with this key of the config.", typeof(string));

    private static readonly Parameter _dismissed = new(
        "dismissed", "Only e-mails that were dismissed, or only those that were not.", typeof(bool));

    internal static void Map(RouteGroupBuilder api) => api.MapGet("/client/{client_id}/scheduled-emails", HandleAsync)
        .WithName("ListEmails")
        .Takes(_status, _dueFrom, _dueTo, _key, _dismissed, Parameter.Limit, Parameter.Cursor)
        .Answers<EmailPageView>()
        .Refuses(ProblemCodes.InvalidQuery, ProblemCodes.TimeWithoutOffset, ProblemCodes.InvalidBody);

    /// <summary>List a client's e-mails</summary>
    /// <remarks>Those of its config and single ones, ordered by due time, then id.</remarks>
    /// <response code="200">A page of e-mails, without bodies and timelines.</response>
    internal static async Task<EmailPageView> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit, SendingForecast forecast)
    {
        var query = new Query(context);
        var limit = query.Number(Parameter.Limit);
        var sql = new Statement(clientId);
        Statuses(query, sql);
        if (query.Time(_dueFrom.Name) is { } from)
            sql.And("d.scheduled_datetime >= ?", from);
        if (query.Time(_dueTo.Name) is { } to)
            sql.And("d.scheduled_datetime < ?", to);
        if (query.Value(_key.Name) is { } key)
            sql.And("d.key = ?", key.Replace("\0", "", StringComparison.Ordinal));
        if (query.Choice(_dismissed.Name) is { } dismissed)
            sql.And($"d.data->>'dismissed' is {(dismissed ? "not " : "")}null");
        if (Cursor.Read(query) is { } after)
            sql.And("(d.scheduled_datetime, d.id) > (?, ?)", new DateTimeOffset(after.Position, TimeSpan.Zero), after.Id);
        query.Checked();

        var emails = await unit.QueryAsync(
            session => session.QueryAsync<ScheduledEmail>(
                string.Create(CultureInfo.InvariantCulture, $"{sql.Where} order by d.scheduled_datetime, d.id limit {limit + 1}"),
                context.RequestAborted, [.. sql.Parameters]),
            context.RequestAborted);
        var conditions = await forecast.AddToAsync(
            await SendingConditions.ReadAsync(unit, context.RequestAborted), emails, context.RequestAborted);
        return new(
            [.. emails.Take(limit).Select(email => new EmailSummary(email, conditions))],
            emails.Count > limit ? new Cursor(emails[limit - 1].ScheduledDatetime.UtcTicks, emails[limit - 1].Id).ToString() : null);
    }

    private static void Statuses(Query query, Statement sql)
    {
        var statuses = query.Values(_status.Name).Distinct(StringComparer.Ordinal).ToArray();
        if (statuses.Length == 0)
            return;
        if (statuses.Except(EmailStatus.All, StringComparer.Ordinal).Any())
            query.Refuse(_status.Name, $"must be one of {string.Join(", ", EmailStatus.All)}");
        sql.And($"d.status in ({string.Join(", ", statuses.Select(_ => "?"))})", statuses);
    }

    private sealed class Statement(string clientId)
    {
        internal string Where { get; private set; } = "where d.client_id = ?";

        internal List<object> Parameters { get; } = [clientId];

        internal void And(string condition, params ReadOnlySpan<object> parameters)
        {
            Where += $" and {condition}";
            Parameters.AddRange(parameters);
        }
    }
}

/// <summary>A page of e-mails, ordered by due time, then id.</summary>
/// <param name="Items">The e-mails.</param>
/// <param name="NextCursor">What to pass as <c>cursor</c> for the next page; null on the last.</param>
[Example(EmailExamples.Page)]
internal sealed record EmailPageView([property: MaxLength(500)] IReadOnlyList<EmailSummary> Items, string? NextCursor);
