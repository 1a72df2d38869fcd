using Mail.Store;
using Npgsql;
using PostgresScheduler;

namespace Mail.Hosting;

/// <summary>
/// Has statements planned anew when a table has grown. A connection keeps the plan that a statement was given first, until autovacuum
/// analyzes the table, which takes a minute or more. In that time a new installation may get its first ten thousand e-mails, and what was
/// planned for a hundred would read all of them for each claim. Connections opened from then on have no plans yet.
/// </summary>
internal sealed class PlanRenewal(NpgsqlDataSource dataSource, PostgresSchedulerOptions scheduler, TimeProvider time) : BackgroundService
{
    private const string Sizes = """
        select c.oid::regclass::text, pg_relation_size(c.oid) from pg_class c
        where c.relkind = 'r' and c.relnamespace in (select oid from pg_namespace where nspname = any(@schemas))
            and pg_relation_size(c.oid) is not null
        """;

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
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // That the database is away is said by those who need it.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(_interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<List<(string Table, long Size)>> SizesAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Sizes);
        command.Parameters.AddWithValue("schemas", new[] { MailRegistry.Schema, scheduler.Schema });
        var sizes = new List<(string Table, long Size)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            sizes.Add((reader.GetString(0), reader.GetInt64(1)));
        return sizes;
    }
}
