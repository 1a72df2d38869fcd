using Mail.ConfigService.Bulk;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary>
/// <c>POST /emails/bulk</c> shows what an action would do to the selected e-mails, or to all that match; <c>POST /emails/bulk/do</c> does
/// it to exactly those that were shown, once, and says what became of each.
/// </summary>
internal sealed class BulkPages(ChangeMany many, UnitOfWork unit, TimeProvider time, Html html)
{
    /// <summary>How many e-mails are listed: first those to which it is not done.</summary>
    private const int MaxShown = 500;

    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapPost("/emails/bulk", (HttpContext context, BulkPages bulk) => bulk.ShowAsync(context, isDry: true));
        page.MapPost("/emails/bulk/do", (HttpContext context, BulkPages bulk) => bulk.ShowAsync(context, isDry: false));
    }

    private async Task<IResult> ShowAsync(HttpContext context, bool isDry)
    {
        var viewer = Viewer.From(context) with { Path = "/emails" };
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var asked = BulkForm.Read(form, SearchLine.Parse(form["q"], time.GetUtcNow(), SearchForm.ZoneOf(form["zone"])));
        // Where it is not said yet when, it is asked: after a look at which e-mails it is about.
        var change = asked.IsComplete ? asked.Change : asked.Change with { By = TimeSpan.FromSeconds(1) };
        var answer = isDry || !asked.IsComplete
            ? await many.RunAsync(change, dryRun: true, viewer.Caller, context.RequestAborted)
            : await many.RunOnceAsync(change, KeyOf(form), viewer.Caller, context.RequestAborted);
        var shown = answer.Results.OrderBy(result => result.Result == BulkOutcome.Done).Take(MaxShown).ToList();
        var emails = await unit.ConnectAsync(
            connection => EmailStates.EmailsAsync(
                connection, shown.ConvertAll(result => result.Id), viewer.Caller.ClientId, @lock: false, context.RequestAborted),
            context.RequestAborted);
        return await html.PageAsync<BulkView>(
            StatusCodes.Status200OK,
            ("Viewer", viewer), ("Action", change.Action), ("Answer", answer), ("Line", asked.Line), ("IsComplete", asked.IsComplete),
            ("To", asked.Change.To), ("By", asked.Change.By), ("Key", Guid.CreateVersion7().ToString()),
            ("Shown", shown.ConvertAll(result => (result, emails.GetValueOrDefault(result.Id)))));
    }

    private static string KeyOf(IFormCollection form) => Guid.TryParseExact(form["key"], "D", out var key)
        ? key.ToString()
        : throw new ProblemException(ProblemCodes.InvalidBody, "This form has no key of its own: select again. Nothing changed.");
}
