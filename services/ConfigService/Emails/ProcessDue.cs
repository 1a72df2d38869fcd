using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Emails;

/// <summary>
/// <c>POST /scheduled-emails/process</c>: the guide's endpoint for an external cron. Wakes what is due and unclaimed and was
/// not woken in the last five minutes, unless wake-ups wait for a sender already. One too many claims nothing, so it never
/// sends anything twice.
/// </summary>
internal static class ProcessDue
{
    internal sealed record Answer(long Due, int Woken);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/scheduled-emails/process", async (HttpContext context, NpgsqlDataSource dataSource, WakeOverdue wake) =>
        {
            _ = new Query(context).Checked();
            await RequestBody.RefuseFieldsAsync(context);
            long due;
            // Given back before more are wanted: requests that each hold one and wait for another could wait for ever.
            await using (var connection = await dataSource.OpenConnectionAsync(context.RequestAborted))
                due = await EmailStates.DueAsync(connection, context.RequestAborted);
            return new Answer(due, await wake.RunAsync(WakeOverdue.Again, context.RequestAborted));
        }).OperatorOnly().WithName("ProcessDue").WithTags("Single e-mails");
}
