using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;

namespace Mail.Bench.Subjects;

/// <summary>How Hangfire is set up for every scenario: on PostgreSQL, 20 workers, both polling intervals a second.</summary>
internal static class HangfireStore
{
    internal static PostgreSqlStorage Open(string postgres)
    {
        // Callers that block hold a thread each, and the pool adds one only every half second.
        ThreadPool.SetMinThreads(32, 32);
        GlobalConfiguration.Configuration.SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
        return new PostgreSqlStorage(
            new Hangfire.PostgreSql.Factories.NpgsqlConnectionFactory(postgres, new PostgreSqlStorageOptions()),
            new PostgreSqlStorageOptions { QueuePollInterval = TimeSpan.FromSeconds(1) });
    }

    internal static BackgroundJobServer Serve(PostgreSqlStorage storage, JobActivator? activator = null)
    {
        var options = new BackgroundJobServerOptions { WorkerCount = 20, SchedulePollingInterval = TimeSpan.FromSeconds(1) };
        if (activator is not null)
            options.Activator = activator;
        return new(options, storage);
    }

    /// <summary>Clones one job in SQL, a second apart.</summary>
    internal static async Task CloneAsync(string postgres, string job, int count, DateTimeOffset due)
    {
        await using var dataSource = NpgsqlDataSource.Create(postgres);
        await using var command = dataSource.CreateCommand($"""
            with j as (
                insert into hangfire.job (statename, invocationdata, arguments, createdat)
                select statename, invocationdata, arguments, createdat from hangfire.job, generate_series(1, {count}) where id = {job}
                    returning id),
            s as (
                insert into hangfire.state (jobid, name, reason, createdat, data)
                select j.id, s.name, s.reason, s.createdat, s.data from j, hangfire.state s where s.jobid = {job}),
            p as (
                insert into hangfire.jobparameter (jobid, name, value)
                select j.id, p.name, p.value from j, hangfire.jobparameter p where p.jobid = {job})
            insert into hangfire.set (key, score, value) select 'schedule', {due.ToUnixTimeSeconds()} + j.id % 86400, j.id::text from j;
            update hangfire.job j set stateid = s.id from hangfire.state s where s.jobid = j.id and j.stateid is null
            """);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync();
    }
}
