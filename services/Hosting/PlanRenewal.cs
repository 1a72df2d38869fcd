using Mail.Store;
using Npgsql;
using PostgresScheduler;

namespace Mail.Hosting;

/// <summary>
/// Has statements planned anew when a table has grown. A connection keeps the plan that a statement was given first, until autovacuum
/// analyzes the table, which takes a minute or more. In that time a new installation may get its first ten thousand e-mails, and what was
/// planned for a hundred would read all of them for each claim. Connections opened from then on have no plans yet. Timers are not looked
/// at: their table grows and shrinks with each burst, and what is due is found by indexes whatever the plan.
/// </summary>
internal sealed class PlanRenewal(NpgsqlDataSource dataSource, TimeProvider time) : BackgroundService
{
    private const string Sizes = """
        select relname::text, coalesce(pg_relation_size(oid), 0) from pg_class
        where relkind = 'r' and relnamespace = to_regnamespace(@schema)
        """;

    // Where someone has locked a table this waits for its size, and holds one of the pool's connections meanwhile.
    private const int TimeoutSeconds = 2;

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    private readonly TableGrowth _growth = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (_growth.Outgrows(await SizesAsync(stoppingToken)))
                    dataSource.Clear();
            }
            catch (Exception)
            {
                // The service stops, or the database is away, which is said by those who need it.
            }

            await Task.Delay(_interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<List<(string Table, long Size)>> SizesAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Sizes);
        command.CommandTimeout = TimeoutSeconds;
        command.Parameters.AddWithValue("schema", MailRegistry.Schema);
        var sizes = new List<(string Table, long Size)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            sizes.Add((reader.GetString(0), reader.GetInt64(1)));
        return sizes;
    }
}
