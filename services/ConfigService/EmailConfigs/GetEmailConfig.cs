using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Rendering;
using Mail.ConfigService.Requests;
using Mail.ConfigService.Series;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.EmailConfigs;

/// <summary><c>GET /client/{client_id}/email-config</c>: the items as saved, each with the e-mail that stands for it.</summary>
public static class GetEmailConfig
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet("/client/{client_id}/email-config", HandleAsync)
        .WithName("GetEmailConfig")
        .Answers<EmailConfigView>(headers: AnswerHeader.ETag).Refuses(ProblemCodes.ConfigNotFound);

    /// <summary>Read a client's e-mail config</summary>
    /// <remarks>The items as saved, each with the id and status of the e-mail that stands for it.</remarks>
    /// <response code="200">The config.</response>
    internal static async Task<EmailConfigView> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit, TimeZones zones)
    {
        _ = new Query(context).Checked();
        var answer = await RunAsync(clientId, unit, zones, context.RequestAborted);
        Revisions.Tag(context, answer.Revision);
        return answer;
    }

    internal static Task<EmailConfigView> RunAsync(
        string clientId, UnitOfWork unit, TimeZones zones, CancellationToken cancellationToken) => unit.ReadAsync(
        async work =>
        {
            var config = await work.Session.LoadAsync<EmailConfig>(clientId, cancellationToken);
            return config is null or { Deleted: true }
                ? throw new ProblemException(ProblemCodes.ConfigNotFound)
                : await ReadAsync(config, config.InOrder(), work, zones, cancellationToken);
        },
        cancellationToken);

    /// <summary>Some of a config's items.</summary>
    internal static async Task<EmailConfigView> ReadAsync(
        EmailConfig config, IReadOnlyCollection<ConfigItem> items, UnitOfWork.Work work, TimeZones zones,
        CancellationToken cancellationToken)
    {
        var single = items.Where(item => item.Recurrence is null).ToList();
        await Planning.PlanForAsync(work.Connection, items.Count, cancellationToken);
        var emails = (await work.Session.LoadManyAsync<ScheduledEmail>(cancellationToken, [.. single.Select(item => item.EmailId)]))
            .ToDictionary(email => email.Id);
        var series = await SavedSeries.ReadAsync(
            work.Connection, config.Id, [.. items.Where(item => item.Recurrence is not null).Select(item => item.Key)],
            cancellationToken);
        var bodies = (await work.Session.LoadManyAsync<EmailBody>(
            cancellationToken,
            [.. emails.Values.Concat(series.Emails.Values).Select(email => email.BodyId).Distinct(StringComparer.Ordinal)]))
            .ToDictionary(body => body.Id, StringComparer.Ordinal);
        // Erased since the config was read.
        if (items.Any(item => item.Recurrence is null ? !emails.ContainsKey(item.EmailId) : !series.Emails.ContainsKey(item.Key)))
            throw new ProblemException(ProblemCodes.ConfigNotFound);
        return new(
            config.Id, config.Revision, config.SavedAt,
            [
                .. items.Select(item =>
                {
                    var email = item.Recurrence is null ? emails[item.EmailId] : series.Emails[item.Key];
                    return new ConfigItemView(
                        item, email, bodies.GetValueOrDefault(email.BodyId), zones, series.Waiting.GetValueOrDefault(item.Key));
                }),
            ]);
    }
}

/// <summary>A config as it was saved, each item with the e-mail that stands for it.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Revision">Counts saves that changed something; goes on after a delete.</param>
/// <param name="SavedAt">When this revision was saved.</param>
/// <param name="Emails">The items.</param>
[Example("""
    {"client_id":"acme","revision":3,"saved_at":"2026-11-24T15:12:09.310Z","emails":[{"key":"welcome",
     "id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","status":"pending",
    "to":["Ada Lovelace <ada@example.com>"],"cc":[],"bcc":[],"reply_to":[],"subject":"Welcome","text":"Hello Ada","html":null,
    "template":null,"headers":{},"attachments":[],
    "scheduled_datetime":"2026-12-01T08:00:00.000Z","send_before":null}]}
    """)]
public sealed record EmailConfigView(
    string ClientId, long Revision, DateTimeOffset SavedAt,
    [property: MaxLength(EmailList.MaxEmails)] IReadOnlyList<ConfigItemView> Emails);

/// <summary>An item as it was saved. Saved again as it is, it is unchanged.</summary>
public sealed record ConfigItemView : EmailContent
{
    internal ConfigItemView(ConfigItem item, ScheduledEmail email, EmailBody? body, TimeZones zones, NextOccurrence? next = null)
        : base(item.Template is null ? From(email, body) : From(email, body: null))
    {
        (Key, Id, Status, SendBefore, Template) =
            (item.Key, email.Id, email.Status, item.SendBefore, ItemTemplateView.From(item.Template, body?.Template));
        // As the clocks have it today: it can be sent back.
        ScheduledDatetime = (item.Local is { } local ? zones.Map(local)?.Instant : null) ?? item.ScheduledDatetime;
        (ScheduledLocal, TimeZone) = (item.Local?.ScheduledLocal, item.Local?.TimeZone);
        (IfSkipped, IfRepeated) = (item.Local?.IfSkipped, item.Local?.IfRepeated);
        if (item.Recurrence is null)
            return;
        (Recurrence, SendWithinSeconds, Occurrences) =
            (item.Recurrence, item.SendWithinSeconds, new(0, next?.Waiting ?? 0, 0, 0));
        (Id, Status, ScheduledDatetime) = (next?.Id, next is null ? null : EmailStatus.Pending, next?.Due);
    }

    /// <summary>The subject; null where the item has a template.</summary>
    public new string? Subject => Template is null ? base.Subject : null;

    /// <summary>The subject, rendered or written.</summary>
    internal string ShownSubject => base.Subject;

    /// <summary>Its template, in place of subject, text and HTML; null where it is written out.</summary>
    public ItemTemplateView? Template { get; }

    /// <summary>Its key, given or derived.</summary>
    public string Key { get; }

    /// <summary>The e-mail that stands for it; of a series its next occurrence, null where there is no further one.</summary>
    public Guid? Id { get; }

    /// <summary>Where the e-mail stands.</summary>
    [EmailStatus]
    public string? Status { get; }

    /// <summary>When it is due, as saved; of a series the next occurrence.</summary>
    public DateTimeOffset? ScheduledDatetime { get; }

    /// <summary>When it occurs; there for a series.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Recurrence? Recurrence { get; }

    /// <summary>For how long an occurrence is worth sending; there for a series that says so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? SendWithinSeconds { get; }

    /// <summary>What saving it again as it is would do with its occurrences: those that wait are kept. There for a series.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OccurrenceCounts? Occurrences { get; }

    /// <summary>When it is due on the clocks of <c>time_zone</c>; there where it was saved so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ScheduledLocal { get; }

    /// <summary>The zone of <c>scheduled_local</c>, as it was written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TimeZone { get; }

    /// <summary>What is done where a clock change leaves <c>scheduled_local</c> out.</summary>
    [IfSkipped, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IfSkipped { get; }

    /// <summary>Which instant is meant where <c>scheduled_local</c> comes twice.</summary>
    [IfRepeated, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IfRepeated { get; }

    /// <summary>As saved; null where it was left out.</summary>
    public DateTimeOffset? SendBefore { get; }
}
