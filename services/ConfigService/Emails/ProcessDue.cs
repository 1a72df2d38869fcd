using Mail.ConfigService.Access;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>
/// <c>POST /scheduled-emails/process</c>: the guide's endpoint for an external cron. Wakes all that is due, unclaimed and not held.
/// A wake-up too many claims nothing, so however often it is called, nothing is sent twice.
/// </summary>
internal static class ProcessDue
{
    /// <param name="Due">E-mails that are due, unclaimed and not held.</param>
    /// <param name="Woken">Those of them for which a wake-up is on its way or waits for a sender.</param>
    internal sealed record Answer(long Due, long Woken);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapPost("/scheduled-emails/process", async (HttpContext context, UnitOfWork unit, WakeOverdue wake) =>
        {
            _ = new Query(context).Checked();
            await RequestBody.RefuseFieldsAsync(context);
            return await RunAsync(unit, wake, context.RequestAborted);
        }).OperatorOnly().WithName("ProcessDue").WithTags("Single e-mails");

    private static async Task<Answer> RunAsync(UnitOfWork unit, WakeOverdue wake, CancellationToken cancellationToken)
    {
        var (started, due, waiting) = await unit.ConnectAsync(
            async connection =>
            {
                var now = await UnitOfWork.NowAsync(connection, cancellationToken);
                var (due, waiting) = await EmailStates.DueAsync(connection, cancellationToken);
                return (now, due, waiting);
            },
            cancellationToken);
        var (woken, batch) = (waiting, WakeOverdue.BatchSize);
        while (batch == WakeOverdue.BatchSize)
        {
            batch = await unit.RunAsync(work => wake.RunAnywayAsync(work.Connection, started, cancellationToken), cancellationToken);
            woken += batch;
        }

        // What fell due meanwhile was woken too.
        return new(due, Math.Min(due, woken));
    }
}
