using Mail.ConfigService.Forecasts;
using System.Globalization;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.Emails;

/// <summary><c>GET /client/{client_id}/scheduled-emails</c>: by due time, then id.</summary>
internal static class ListEmails
{
    internal sealed record Page(IReadOnlyList<EmailView> Items, string? NextCursor);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/client/{client_id}/scheduled-emails", Handle).WithName("ListEmails").WithTags("Single e-mails");

    private static async Task<Page> Handle([FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit, SendingForecast forecast)
    {
        var query = new Query(context, "status", "due_from", "due_to", "key", "limit", "cursor");
        var limit = query.Number("limit", otherwise: 50, least: 1, most: 500);
        var sql = new Statement(clientId);
        Statuses(query, sql);
        if (query.Time("due_from") is { } from)
            sql.And("d.scheduled_datetime >= ?", from);
        if (query.Time("due_to") is { } to)
            sql.And("d.scheduled_datetime < ?", to);
        if (query.Value("key") is { } key)
            sql.And("d.key = ?", key.Replace("\0", "", StringComparison.Ordinal));
        if (Cursor.Read(query) is { } after)
            sql.And("(d.scheduled_datetime, d.id) > (?, ?)", new DateTimeOffset(after.Position, TimeSpan.Zero), after.Id);
        query.Checked();

        var emails = await unit.QueryAsync(
            session => session.QueryAsync<ScheduledEmail>(
                string.Create(CultureInfo.InvariantCulture, $"{sql.Where} order by d.scheduled_datetime, d.id limit {limit + 1}"), context.RequestAborted, [.. sql.Parameters]),
            context.RequestAborted);
        var conditions = await forecast.AddToAsync(await SendingConditions.ReadAsync(unit, context.RequestAborted), emails, context.RequestAborted);
        return new(
            [.. emails.Take(limit).Select(email => EmailView.Listed(email, conditions))],
            emails.Count > limit ? new Cursor(emails[limit - 1].ScheduledDatetime.UtcTicks, emails[limit - 1].Id).ToString() : null);
    }

    private static void Statuses(Query query, Statement sql)
    {
        var statuses = query.Values("status").Distinct(StringComparer.Ordinal).ToArray();
        if (statuses.Length == 0)
            return;
        if (statuses.Except(EmailStatus.All, StringComparer.Ordinal).Any())
            query.Refuse("status", $"must be one of {string.Join(", ", EmailStatus.All)}");
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
