using Mail.ConfigService.Emails;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Status;

namespace Mail.ConfigService.Page;

/// <summary><c>/check</c>: what the senders have and lack, and a test e-mail that can be followed on its way.</summary>
internal static class CheckPage
{
    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/check",
            (HttpContext context, UnitOfWork unit, SearchEmails search, Html html) => ShowAsync(context, unit, search, html));

        page.MapPost("/check", async (HttpContext context, SendTestEmail send, UnitOfWork unit, SearchEmails search, Html html) =>
        {
            Viewer.From(context).Caller.MustBeOperator();
            var to = (await context.Request.ReadFormAsync(context.RequestAborted))["to"].ToString().Trim();
            try
            {
                return Results.Redirect($"/emails/{await send.StartAsync(to, context.RequestAborted)}?did=test");
            }
            catch (ProblemException refusal)
            {
                return await ShowAsync(context, unit, search, html, to, refusal);
            }
        });
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, UnitOfWork unit, SearchEmails search, Html html, string? to = null, ProblemException? refusal = null)
    {
        var viewer = Viewer.From(context) with { Path = "/check" };
        viewer.Caller.MustBeOperator();
        var (emails, _, _) = await search.RunAsync(
            new() { ClientId = SendTestEmail.ClientId }, after: null, limit: 10, viewer.Caller, context.RequestAborted);
        return await html.PageAsync<CheckView>(
            refusal?.Status ?? StatusCodes.Status200OK,
            ("Viewer", viewer), ("Senders", await GetTestConfig.RunAsync(unit, tellsHold: true, context.RequestAborted)),
            ("Tests", emails), ("To", to), ("Refused", refusal?.Message));
    }
}
