using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quartz;

namespace Mail.Bench.Subjects;

/// <summary>
/// Quartz with its AdoJobStore: one durable job, a trigger a message, the message in the trigger's data. The job sends
/// over the bus, as the one of MassTransit.Quartz does.
/// </summary>
internal sealed class QuartzSubject : IBulkSubject
{
    private static readonly JobKey _job = new("send");
    private static readonly IJobDetail _detail = JobBuilder.Create<SendJob>().WithIdentity(_job).StoreDurably().RequestRecovery().Build();

    private string _postgres = "";
    private IScheduler _scheduler = null!;

    public const string Id = "quartz";

    public string Name => $"Quartz {typeof(IScheduler).Assembly.GetName().Version!.ToString(3)}";

    public void Register(IServiceCollection services, IBusRegistrationConfigurator bus, string postgres)
    {
        _postgres = postgres;
        services.AddQuartz(quartz =>
        {
            quartz.UseDefaultThreadPool(20);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(postgres);
                store.UseClustering(_ => { });
                store.ConfigureStore(options => options.StoreJobDataAsStrings = true);
                store.ProvisionSchema();
            });
        });
    }

    public async Task StartAsync(IServiceProvider services)
    {
        _scheduler = await services.GetRequiredService<ISchedulerFactory>().GetScheduler();
        await _scheduler.Start();
        await _scheduler.AddJob(_detail, AddJobOptions.Replacing);
    }

    public async Task<string> ScheduleAsync(Planned planned)
    {
        var trigger = TriggerFor(planned);
        await _scheduler.ScheduleJob(trigger);
        return trigger.Key.Name;
    }

    public async Task ScheduleAsync(IReadOnlyList<Planned> planned) =>
        await _scheduler.ScheduleJobs(
            new Dictionary<IJobDetail, IReadOnlyCollection<ITrigger>> { [_detail] = [.. planned.Select(TriggerFor)] },
            ScheduleJobOptions.Replacing);

    public async Task<bool> CancelAsync(string handle) => await _scheduler.UnscheduleJob(new TriggerKey(handle));

    public async Task CancelAsync(IReadOnlyList<string> handles) =>
        await _scheduler.UnscheduleJobs([.. handles.Select(handle => new TriggerKey(handle))]);

    /// <summary>Clones one trigger in SQL, a second apart.</summary>
    public async Task FillAsync(int count, DateTimeOffset due)
    {
        var template = await ScheduleAsync(new Planned(Reminder.New(), due));
        await using var dataSource = NpgsqlDataSource.Create(_postgres);
        await using var command = dataSource.CreateCommand($"""
            insert into qrtz_triggers select clone.* from qrtz_triggers t, generate_series(1, {count}) i,
                lateral jsonb_populate_record(t, jsonb_build_object('trigger_name', 'fill-' || i,
                    'next_fire_time', t.next_fire_time + i * 10000000::bigint, 'start_time', t.start_time + i * 10000000::bigint)) clone
                where t.trigger_name = '{template}';
            insert into qrtz_simple_triggers select clone.* from qrtz_simple_triggers t, generate_series(1, {count}) i,
                lateral jsonb_populate_record(t, jsonb_build_object('trigger_name', 'fill-' || i)) clone
                where t.trigger_name = '{template}'
            """);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync() => await _scheduler.Shutdown();

    private static ITrigger TriggerFor(Planned planned) => TriggerBuilder.Create()
        .ForJob(_job)
        .WithIdentity(planned.Message.CorrelationId.ToString())
        .StartAt(planned.Due)
        .UsingJobData(nameof(Reminder.CorrelationId), planned.Message.CorrelationId.ToString())
        .UsingJobData(nameof(Reminder.Text), planned.Message.Text)
        .Build();

    private sealed class SendJob(IBus bus) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            var data = context.MergedJobDataMap;
            var endpoint = await bus.GetSendEndpoint(Servers.Destination);
            await endpoint.Send(new Reminder(Guid.Parse((string)data[nameof(Reminder.CorrelationId)]!), (string)data[nameof(Reminder.Text)]!), cancellationToken);
        }
    }
}
