using System.Globalization;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Page;

/// <summary><c>/emails</c>: looks for e-mails. Its address holds the whole search.</summary>
internal static class EmailsPage
{
    internal static void Map(IEndpointRouteBuilder page) => page.MapGet(
        "/emails", (HttpContext context, SearchEmails search, TimeProvider time, Html html) => RunAsync(context, search, time, html));

    private static async Task<IResult> RunAsync(HttpContext context, SearchEmails search, TimeProvider time, Html html)
    {
        var query = new Query(context, ["q", "size", "zone", "after", .. SearchForm.Fields]);
        // The form with a field each is another way to write the line.
        if (SearchForm.LineOf(query.Checked()) is { } line)
            return Results.Redirect(SearchForm.PathOf(line, SizeOf(query)));
        var text = query.Value("q")?.Trim();
        if (Guid.TryParseExact(text, "D", out var id))
            return Results.Redirect($"/emails/{id}");
        var zone = query.Value("zone");
        var asked = new SearchForm(SearchLine.Parse(text, time.GetUtcNow(), SearchForm.ZoneOf(zone)), SizeOf(query), zone);
        var after = query.Value("after") is { Length: > 0 } ? Cursor.Read(query, "after") : null;
        query.Checked();
        var viewer = Viewer.From(context);
        if (asked.Line.Faults.Count > 0)
            return await html.PageAsync<EmailsView>(StatusCodes.Status422UnprocessableEntity, ("Viewer", viewer), ("Asked", asked));
        var (emails, found, total) = await search.RunAsync(
            asked.Line.Wanted, after is null ? null : new(new(after.Position, TimeSpan.Zero), after.Id), asked.Size, viewer.Caller,
            context.RequestAborted);
        return await html.PageAsync<EmailsView>(
            StatusCodes.Status200OK,
            ("Viewer", viewer), ("Asked", asked), ("Emails", emails), ("Full", found.Full), ("First", after is null), ("Total", total),
            ("Next", found.Next is { } next ? asked.PathOf(new Cursor(next.At.UtcTicks, next.Id).ToString()) : null));
    }

    private static int SizeOf(Query query) =>
        int.TryParse(query.Value("size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && SearchForm.Sizes.Contains(size)
            ? size
            : SearchForm.DefaultSize;
}
