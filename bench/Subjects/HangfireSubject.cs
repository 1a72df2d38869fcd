using Hangfire;
using Hangfire.PostgreSql;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mail.Bench.Subjects;

/// <summary>Hangfire on its PostgreSQL storage; the job sends over the bus. Its calls are synchronous: it has no others.</summary>
internal sealed class HangfireSubject : ISubject
{
    private string _postgres = "";
    private PostgreSqlStorage _storage = null!;
    private BackgroundJobClient _client = null!;
    private BackgroundJobServer _server = null!;

    public const string Id = "hangfire";

    public string Name => $"Hangfire {typeof(BackgroundJob).Assembly.GetName().Version!.ToString(3)}";

    public void Register(IServiceCollection services, IBusRegistrationConfigurator bus, string postgres) => _postgres = postgres;

    public Task StartAsync(IServiceProvider services)
    {
        // Callers that block hold a thread each, and the pool adds one only every half second.
        ThreadPool.SetMinThreads(32, 32);
        GlobalConfiguration.Configuration.SetDataCompatibilityLevel(CompatibilityLevel.Version_180).UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings();
        _storage = new PostgreSqlStorage(
            new Hangfire.PostgreSql.Factories.NpgsqlConnectionFactory(_postgres, new PostgreSqlStorageOptions()),
            new PostgreSqlStorageOptions { QueuePollInterval = TimeSpan.FromSeconds(1) });
        _client = new BackgroundJobClient(_storage);
        _server = new BackgroundJobServer(
            new BackgroundJobServerOptions { WorkerCount = 20, SchedulePollingInterval = TimeSpan.FromSeconds(1), Activator = new Activator(services.GetRequiredService<IBus>()) },
            _storage);
        return Task.CompletedTask;
    }

    public Task<string> ScheduleAsync(Planned planned) =>
        Task.FromResult(_client.Schedule<SendJob>(job => job.SendAsync(planned.Message.CorrelationId, planned.Message.Text), planned.Due));

    public Task<bool> CancelAsync(string handle) => Task.FromResult(_client.Delete(handle));

    /// <summary>Clones one job in SQL, a second apart.</summary>
    public async Task FillAsync(int count, DateTimeOffset due)
    {
        var template = await ScheduleAsync(new Planned(Reminder.New(), due));
        await using var dataSource = NpgsqlDataSource.Create(_postgres);
        await using var command = dataSource.CreateCommand($"""
            with j as (
                insert into hangfire.job (statename, invocationdata, arguments, createdat)
                select statename, invocationdata, arguments, createdat from hangfire.job, generate_series(1, {count}) where id = {template} returning id),
            s as (
                insert into hangfire.state (jobid, name, reason, createdat, data)
                select j.id, s.name, s.reason, s.createdat, s.data from j, hangfire.state s where s.jobid = {template}),
            p as (
                insert into hangfire.jobparameter (jobid, name, value)
                select j.id, p.name, p.value from j, hangfire.jobparameter p where p.jobid = {template})
            insert into hangfire.set (key, score, value) select 'schedule', {due.ToUnixTimeSeconds()} + j.id % 86400, j.id::text from j;
            update hangfire.job j set stateid = s.id from hangfire.state s where s.jobid = j.id and j.stateid is null
            """);
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Public, as Hangfire wants it.</summary>
    public sealed class SendJob(IBus bus)
    {
        public async Task SendAsync(Guid correlationId, string text)
        {
            var endpoint = await bus.GetSendEndpoint(Servers.Destination);
            await endpoint.Send(new Reminder(correlationId, text));
        }
    }

    private sealed class Activator(IBus bus) : JobActivator
    {
        public override object ActivateJob(Type jobType) => new SendJob(bus);
    }
}
