using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;

namespace Mail.ConfigService.EmailConfigs;

/// <summary><c>GET /client/{client_id}/email-config</c>: the items as saved, each with the e-mail that stands for it.</summary>
public static class GetEmailConfig
{
    public sealed record Answer(string ClientId, long Revision, DateTimeOffset SavedAt, IReadOnlyList<Item> Emails);

    public sealed record Item(
        string Key, Guid Id, string Status, IReadOnlyList<string> To, IReadOnlyList<string> Cc, IReadOnlyList<string> Bcc, IReadOnlyList<string> ReplyTo,
        string Subject, string? Text, string? Html, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<Attachment> Attachments, DateTimeOffset ScheduledDatetime, DateTimeOffset? SendBefore);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/client/{client_id}/email-config", Handle).WithName("GetEmailConfig").WithTags("E-mail configuration");

    private static async Task<Answer> Handle([FromRoute(Name = "client_id")] string clientId, HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        var answer = await RunAsync(clientId, unit, context.RequestAborted);
        Revisions.Tag(context, answer.Revision);
        return answer;
    }

    internal static Task<Answer> RunAsync(string clientId, UnitOfWork unit, CancellationToken cancellationToken) => unit.QueryAsync(
        async session =>
        {
            var config = await session.LoadAsync<EmailConfig>(clientId, cancellationToken);
            return config is null or { Deleted: true } ? throw NotFound() : await ReadAsync(config, config.Items, session, cancellationToken);
        },
        cancellationToken);

    /// <summary>Some of a config's items.</summary>
    internal static async Task<Answer> ReadAsync(EmailConfig config, IReadOnlyCollection<ConfigItem> items, IQuerySession session, CancellationToken cancellationToken)
    {
        var emails = (await session.LoadManyAsync<ScheduledEmail>(cancellationToken, [.. items.Select(item => item.EmailId)])).ToDictionary(email => email.Id);
        var bodies = (await session.LoadManyAsync<EmailBody>(cancellationToken, [.. emails.Values.Select(email => email.BodyId).Distinct(StringComparer.Ordinal)])).ToDictionary(body => body.Id, StringComparer.Ordinal);
        // Erased since the config was read.
        if (items.Any(item => !emails.ContainsKey(item.EmailId)))
            throw NotFound();
        return new(config.Id, config.Revision, config.SavedAt, [.. items.Select(item =>
        {
            var email = emails[item.EmailId];
            var body = bodies.GetValueOrDefault(email.BodyId);
            return new Item(
                item.Key, email.Id, email.Status, email.To, email.Cc, email.Bcc, email.ReplyTo, email.Subject, body?.Text, body?.Html, email.Headers, email.Attachments,
                item.ScheduledDatetime, item.SendBefore);
        })]);
    }

    internal static ProblemException NotFound() => ProblemException.NotFound("config_not_found", "This client has no e-mail config.");
}
