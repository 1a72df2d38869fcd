using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;

namespace Mail.ConfigService.Emails;

/// <summary>
/// <c>POST /scheduled-emails/process</c>: the guide's endpoint for an external cron. Wakes all that is due and unclaimed;
/// a wake-up too many claims nothing, so it never sends anything twice.
/// </summary>
internal static class ProcessDue
{
    internal sealed record Answer(int Due, int Woken);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/scheduled-emails/process", async (HttpContext context, WakeOverdue wake) =>
        {
            _ = new Query(context).Checked();
            await RequestBody.RefuseFieldsAsync(context);
            var woken = await wake.RunAsync(context.RequestAborted);
            return new Answer(woken, woken);
        }).OperatorOnly().WithName("ProcessDue").WithTags("Single e-mails");
}
