using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>
/// <c>POST /scheduled-emails/process</c>: the guide's endpoint for an external cron. Wakes all that is due, unclaimed and not held.
/// A wake-up too many claims nothing, so however often it is called, nothing is sent twice.
/// </summary>
internal static class ProcessDue
{
    internal static void Map(RouteGroupBuilder api) => api.MapPost("/scheduled-emails/process", HandleAsync).OperatorOnly()
        .WithName("ProcessDue").TakesNoFields().Answers<Processed>();

    /// <summary>Wake what is due</summary>
    /// <remarks>
    /// For an external cron: wakes all that is due and unclaimed now, also what was woken before; not what is held, or has a later
    /// `next_attempt_at`. Never sends anything twice, however often it is called.
    /// </remarks>
    /// <response code="200">Woken.</response>
    internal static async Task<Processed> HandleAsync(HttpContext context, UnitOfWork unit, WakeOverdue wake)
    {
        _ = new Query(context).Checked();
        await RequestBody.RefuseFieldsAsync(context);
        return await RunAsync(unit, wake, context.RequestAborted);
    }

    private static async Task<Processed> RunAsync(UnitOfWork unit, WakeOverdue wake, CancellationToken cancellationToken)
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

/// <summary>What was woken.</summary>
/// <param name="Due">E-mails that were due and unclaimed.</param>
/// <param name="Woken">Of these, how many were woken.</param>
[Example("""{"due":12,"woken":12}""")]
internal sealed record Processed(long Due, long Woken);
