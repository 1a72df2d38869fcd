using Mail.ConfigService.Emails;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;
using Marten;

namespace Mail.ConfigService.Page;

/// <summary><c>/emails/{id}</c>: one e-mail, why it stands where it stands, and what can be done about it.</summary>
internal static class EmailPage
{
    // What an e-mail says is somebody else's: it may show itself, and do and load nothing (CSP3, "sandbox").
    private const string Nothing = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/emails/{id}", (string id, string? did, HttpContext context, IDocumentStore store, Circumstances circumstances, Html html) =>
            ShowAsync(id, context, store, circumstances, html, did: Said(did)));

        page.MapGet("/emails/{id}/html", async (string id, HttpContext context, IDocumentStore store, Circumstances circumstances) =>
        {
            var email = await GetEmail.RunAsync(id, Viewer.Of(context).Caller, store, circumstances, context.RequestAborted);
            context.Response.Headers.ContentSecurityPolicy = Nothing;
            return Results.Content(email.Html.Value ?? "", "text/html; charset=utf-8");
        });

        page.MapPost("/emails/{id}/cancel", (string id, HttpContext context, CancelEmail cancel, IDocumentStore store, Circumstances circumstances, Html html) => DoAsync(
            id, context, store, circumstances, html, async caller => (await cancel.RunAsync(id, caller, context.RequestAborted), "cancelled")));

        page.MapPost("/emails/{id}/send-now", (string id, HttpContext context, MoveEmail move, IDocumentStore store, Circumstances circumstances, Html html) => DoAsync(
            id, context, store, circumstances, html, async caller => (await move.RunAsync(id, to: null, caller, context.RequestAborted), "send-now")));

        page.MapPost("/emails/{id}/move", (string id, HttpContext context, MoveEmail move, IDocumentStore store, Circumstances circumstances, Html html) => DoAsync(
            id, context, store, circumstances, html, async caller =>
            {
                var form = await context.Request.ReadFormAsync(context.RequestAborted);
                var to = LocalTime.Read(form["to"], form["to_offset"], "to") ?? throw new Refusal(StatusCodes.Status422UnprocessableEntity, "invalid_body", "Say when: the new time is empty. Nothing changed.");
                return (await move.RunAsync(id, to, caller, context.RequestAborted), "moved");
            }));

        page.MapPost("/emails/{id}/resend", (string id, HttpContext context, ResendEmail resend, IDocumentStore store, Circumstances circumstances, Html html) => DoAsync(
            id, context, store, circumstances, html, async caller => (await resend.RunAsync(id, caller, context.RequestAborted), "resent")));
    }

    /// <summary>Does it, and shows what came of it; where it came too late, the e-mail as it stands.</summary>
    private static async Task<IResult> DoAsync(
        string id, HttpContext context, IDocumentStore store, Circumstances circumstances, Html html, Func<Access.Caller, Task<(EmailView Email, string Did)>> run)
    {
        try
        {
            var (email, did) = await run(Viewer.Of(context).Caller);
            return Results.Redirect($"/emails/{email.Id}?did={did}");
        }
        catch (Refusal refusal) when (refusal.Status is StatusCodes.Status409Conflict or StatusCodes.Status422UnprocessableEntity)
        {
            return await ShowAsync(id, context, store, circumstances, html, refusal: refusal);
        }
    }

    private static async Task<IResult> ShowAsync(
        string id, HttpContext context, IDocumentStore store, Circumstances circumstances, Html html, string? did = null, Refusal? refusal = null)
    {
        var viewer = Viewer.Of(context) with { Path = $"/emails/{id}" };
        var email = await GetEmail.RunAsync(id, viewer.Caller, store, circumstances, context.RequestAborted);
        return await html.PageAsync<OneEmailView>(refusal?.Status ?? StatusCodes.Status200OK, ("Viewer", viewer), ("Email", email), ("Did", did), ("Refused", refusal?.Message));
    }

    private static string? Said(string? did) => did switch
    {
        "cancelled" => "Cancelled. It will never be sent.",
        "send-now" => "Due now: a sender takes it at once.",
        "moved" => "Moved. It goes out at its new time.",
        "resent" => "This is the new e-mail, in the place of the old one. It is due now.",
        "test" => "On its way. This page follows it.",
        _ => null,
    };
}
