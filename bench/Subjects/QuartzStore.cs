using Npgsql;
using Quartz;

namespace Mail.Bench.Subjects;

/// <summary>How Quartz is set up for every scenario: clustered on PostgreSQL, 20 threads, all else by default.</summary>
internal static class QuartzStore
{
    internal static void Configure(IQuartzBuilder quartz, string postgres)
    {
        quartz.UseDefaultThreadPool(20);
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(postgres);
            store.UseClustering(_ => { });
            store.ConfigureStore(options => options.StoreJobDataAsStrings = true);
            store.ProvisionSchema();
        });
    }

    /// <summary>Clones one trigger in SQL, a second apart.</summary>
    internal static async Task CloneAsync(string postgres, string trigger, int count)
    {
        await using var dataSource = NpgsqlDataSource.Create(postgres);
        await using var command = dataSource.CreateCommand($"""
            insert into qrtz_triggers select clone.* from qrtz_triggers t, generate_series(1, {count}) i,
                lateral jsonb_populate_record(t, jsonb_build_object('trigger_name', 'fill-' || i,
                    'next_fire_time', t.next_fire_time + i * 10000000::bigint, 'start_time', t.start_time + i * 10000000::bigint)) clone
                where t.trigger_name = '{trigger}';
            insert into qrtz_simple_triggers select clone.* from qrtz_simple_triggers t, generate_series(1, {count}) i,
                lateral jsonb_populate_record(t, jsonb_build_object('trigger_name', 'fill-' || i)) clone
                where t.trigger_name = '{trigger}'
            """);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }
}
