using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;

namespace Mail.ConfigService.Page;

/// <summary><c>/emails/{id}</c>: one e-mail, why it stands where it stands, and what can be done about it.</summary>
internal sealed class EmailPage(
    UnitOfWork unit, SendingForecast forecast, CancelEmail cancel, RescheduleEmail move, ResendEmail resend, DismissEmail dismiss,
    Html html)
{
    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/emails/{id}",
            (string id, string? did, HttpContext context, EmailPage email) => email.ShowAsync(id, context, Said(did)));
        page.MapGet("/emails/{id}/html", (string id, HttpContext context, EmailPage email) => email.ContentAsync(id, context));
        page.MapGet("/emails/{id}/attachments/{number}",
            (string id, string number, HttpContext context, EmailPage email) => email.FileAsync(id, number, context));
        page.MapPost("/emails/{id}/cancel",
            (string id, HttpContext context, EmailPage email) => email.DoAsync(id, context, email.CancelAsync));
        page.MapPost("/emails/{id}/send-now",
            (string id, HttpContext context, EmailPage email) => email.DoAsync(id, context, email.SendNowAsync));
        page.MapPost("/emails/{id}/move", (string id, HttpContext context, EmailPage email) => email.DoAsync(id, context, email.MoveAsync));
        page.MapPost("/emails/{id}/resend",
            (string id, HttpContext context, EmailPage email) => email.DoAsync(id, context, email.ResendAsync));
        page.MapPost("/emails/{id}/dismiss",
            (string id, HttpContext context, EmailPage email) => email.DoAsync(id, context, email.DismissAsync));
    }

    private async Task<(EmailView Email, string Did)> CancelAsync(string id, HttpContext context) =>
        (await cancel.RunAsync(id, Viewer.From(context).Caller, context.RequestAborted), "cancelled");

    private async Task<(EmailView Email, string Did)> SendNowAsync(string id, HttpContext context) =>
        (await move.RunAsync(id, to: null, Viewer.From(context).Caller, context.RequestAborted), "send-now");

    private async Task<(EmailView Email, string Did)> MoveAsync(string id, HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var to = LocalTime.Read(form["to"], form["to_offset"], "to")
            ?? throw new ProblemException(ProblemCodes.InvalidBody, "Say when: the new time is empty. Nothing changed.");
        return (await move.RunAsync(id, to, Viewer.From(context).Caller, context.RequestAborted), "moved");
    }

    private async Task<(EmailView Email, string Did)> ResendAsync(string id, HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var to = form["to"].ToString().Trim();
        if (to.Length > 0 && AddressRules.Refuse(to) is { } sentence)
            throw new ProblemException(ProblemCodes.InvalidBody, $"The new recipient {sentence}. Nothing changed.");
        return (
            await resend.RunAsync(id, to.Length == 0 ? null : [to], Viewer.From(context).Caller, context.RequestAborted), "resent");
    }

    private async Task<(EmailView Email, string Did)> DismissAsync(string id, HttpContext context) =>
        (await dismiss.RunAsync(id, Viewer.From(context).Caller, context.RequestAborted), "dismissed");

    /// <summary>Does it, and shows what came of it; where it came too late, the e-mail as it stands.</summary>
    private async Task<IResult> DoAsync(string id, HttpContext context, Func<string, HttpContext, Task<(EmailView Email, string Did)>> run)
    {
        try
        {
            var (email, did) = await run(id, context);
            return Results.Redirect($"/emails/{email.Id}?did={did}");
        }
        catch (ProblemException refusal) when (refusal.Status is StatusCodes.Status409Conflict or StatusCodes.Status422UnprocessableEntity)
        {
            return await ShowAsync(id, context, refusal: refusal);
        }
    }

    private async Task<IResult> ShowAsync(string id, HttpContext context, string? did = null, ProblemException? refusal = null)
    {
        var viewer = Viewer.From(context) with { Path = $"/emails/{id}" };
        var email = await GetEmail.RunAsync(id, viewer.Caller, unit, forecast, context.RequestAborted);
        return await html.PageAsync<OneEmailView>(
            refusal?.Status ?? StatusCodes.Status200OK, ("Viewer", viewer), ("Email", email), ("Did", did), ("Refused", refusal?.Message));
    }

    private async Task ContentAsync(string id, HttpContext context) =>
        await ShownHtml.SendAsync(await ReadAsync(id, context), context, unit);

    private async Task FileAsync(string id, string number, HttpContext context) =>
        await EmailFile.SendAsync(await ReadAsync(id, context), number, context, unit);

    private Task<EmailView> ReadAsync(string id, HttpContext context) =>
        GetEmail.RunAsync(id, Viewer.From(context).Caller, unit, forecast, context.RequestAborted);

    private static string? Said(string? did) => did switch
    {
        "cancelled" => "Cancelled. It will never be sent.",
        "send-now" => "Due now: a sender takes it at once.",
        "moved" => "Moved. It goes out at its new time.",
        "resent" => "This is the new e-mail, in the place of the old one. It is due now.",
        "dismissed" => "Dismissed. It no longer asks for a decision.",
        "test" => "On its way. This page follows it.",
        _ => null,
    };
}
