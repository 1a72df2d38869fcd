using Mail.ConfigService.Emails;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary><c>/emails</c>: looks for e-mails.</summary>
internal static class EmailsPage
{
    internal static void Map(
        IEndpointRouteBuilder page) => page.MapGet("/emails", async (HttpContext context, SearchEmails search, Html html) =>
    {
        var query = new Query(
            context, "recipient", "subject", "client", "key", "status", "from", "from_offset", "until", "until_offset", "after");
        var asked = new SearchForm
        {
            Recipient = Text("recipient"),
            Subject = Text("subject"),
            Client = Text("client"),
            Key = Text("key"),
            Statuses = [.. query.Values("status").Intersect(EmailStatus.All, StringComparer.Ordinal)],
            From = Text("from"),
            FromOffset = Text("from_offset"),
            Until = Text("until"),
            UntilOffset = Text("until_offset"),
        };
        var after = Text("after") is null ? null : Cursor.Read(query, "after");
        query.Checked();
        var wanted = new EmailSearch.Wanted
        {
            ClientId = asked.Client,
            Recipient = asked.Recipient,
            Key = asked.Key,
            Subject = asked.Subject,
            Statuses = asked.Statuses,
            DueFrom = LocalTime.Read(asked.From, asked.FromOffset, "from"),
            DueTo = LocalTime.Read(asked.Until, asked.UntilOffset, "until"),
        };
        var viewer = Viewer.From(context);
        var (emails, found) = await search.RunAsync(
            wanted, after is null ? null : new(new(after.Position, TimeSpan.Zero), after.Id), viewer.Caller, context.RequestAborted);
        return await html.PageAsync<EmailsView>(
            StatusCodes.Status200OK,
            ("Viewer", viewer), ("Asked", asked), ("Emails", emails), ("Full", found.Full), ("First", after is null),
            ("Next", found.Next is { } next ? asked.PathOf(new Cursor(next.At.UtcTicks, next.Id).ToString()) : null));

        string? Text(string name) =>
            query.Value(name)?.Trim().Replace("\0", "", StringComparison.Ordinal) is { Length: > 0 } text ? text : null;
    });
}
