using System.Text;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary>
/// <c>/emails.csv</c>: all that a search finds, as a table (RFC 4180). It is written as it is read, page after page, with no connection
/// held while the browser is slow.
/// </summary>
internal static class EmailsFile
{
    private const int PageSize = 500;

    internal static void Map(IEndpointRouteBuilder page) => page.MapGet(
        "/emails.csv", (HttpContext context, UnitOfWork unit, TimeProvider time) => SendAsync(context, unit, time));

    private static async Task SendAsync(HttpContext context, UnitOfWork unit, TimeProvider time)
    {
        var query = new Query(context, "q", "zone").Checked();
        var line = SearchLine.Parse(query.Value("q"), time.GetUtcNow(), SearchForm.ZoneOf(query.Value("zone")));
        if (line.Faults.Count > 0)
            throw new ProblemException(ProblemCodes.InvalidQuery, line.Faults[0]);
        var wanted = line.Wanted with { ClientId = Viewer.From(context).Caller.ClientId ?? line.Wanted.ClientId };
        EmailSearch.Position? after = null;
        StreamWriter? writer = null;
        do
        {
            var found = await unit.ConnectAsync(
                connection => EmailSearch.RunAsync(connection, wanted, after, PageSize, context.RequestAborted), context.RequestAborted);
            // Only now is it known that nothing is refused.
            writer ??= await BeginAsync(context.Response);
            foreach (var email in found.Emails)
                await writer.WriteAsync(EmailRow.Write(email));
            await writer.FlushAsync(context.RequestAborted);
            after = found.Next;
        }
        while (after is not null);
        await writer.DisposeAsync();
    }

    private static async Task<StreamWriter> BeginAsync(HttpResponse response)
    {
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = "attachment; filename=\"emails.csv\"";
        // With a byte order mark, without which spreadsheets take it for something else than UTF-8.
        var writer = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(EmailRow.Head);
        return writer;
    }
}
