using Mail.ConfigService.Access;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.Store;
using Npgsql;

namespace Mail.ConfigService.Status;

/// <summary>The overview, for the page. A client sees what is its own.</summary>
internal sealed class GetOverview(UnitOfWork unit, SendingForecast forecast)
{
    private const int MaxListed = 8;
    private const int Slices = 96;

    // Each duty is due every few seconds, and one that lasts is done batch by batch.
    private static readonly TimeSpan _neglected = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan _slice = TimeSpan.FromMinutes(15);

    internal async Task<Overview> RunAsync(Caller caller, CancellationToken cancellationToken)
    {
        var reading = await forecast.ReadAsync(cancellationToken);
        var next = await GetForecast.RunAsync(forecast, reading, caller, GetForecast.DefaultHours, cancellationToken);
        return await unit.ConnectAsync(
            connection => ReadAsync(connection, caller, reading.Schedule, next, cancellationToken), cancellationToken);
    }

    private static async Task<Overview> ReadAsync(
        NpgsqlConnection connection, Caller caller, SendingSchedule? schedule, ForecastView forecast, CancellationToken cancellationToken)
    {
        var conditions = await SendingConditions.ReadAsync(connection, cancellationToken) with { Schedule = schedule };
        var latest = await OverviewQueries.LatestAsync(connection, caller.ClientId, MaxListed, cancellationToken);
        var newest = await OverviewQueries.NewestUndecidedAsync(connection, caller.ClientId, MaxListed, cancellationToken);
        // The last slice is the one that is running.
        var from =
            new DateTimeOffset(conditions.Now.UtcTicks - (conditions.Now.UtcTicks % _slice.Ticks), TimeSpan.Zero) - ((Slices - 1) * _slice);
        return new(
            conditions.Blocked,
            [.. conditions.Holds.Where(hold => hold.Id == Hold.Everything || caller.Sees(hold.Id))],
            await OverviewQueries.UpcomingAsync(connection, caller.ClientId, cancellationToken),
            await ReasonQueries.LateAsync(connection, caller.ClientId, cancellationToken),
            [.. latest.Select(email => new EmailSummary(email, conditions))],
            await ReasonQueries.UndecidedAsync(connection, caller.ClientId, cancellationToken),
            [.. newest.Select(email => new EmailSummary(email, conditions))],
            caller.IsOperator ? (await SweepDuties.ReadAsync(connection, cancellationToken)).FindAll(duty => duty.Age > _neglected) : [],
            caller.IsOperator ? await OutcomeCounts.ReadAsync(connection, from, _slice, Slices, cancellationToken) : [],
            forecast);
    }
}
