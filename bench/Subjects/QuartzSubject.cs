using MassTransit;
using Microsoft.Extensions.DependencyInjection;
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
        services.AddQuartz(quartz => QuartzStore.Configure(quartz, postgres));
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

    public async Task FillAsync(int count, DateTimeOffset due) =>
        await QuartzStore.CloneAsync(_postgres, await ScheduleAsync(new Planned(Reminder.New(), due)), count);

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
            await endpoint.Send(
                new Reminder(Guid.Parse((string)data[nameof(Reminder.CorrelationId)]!), (string)data[nameof(Reminder.Text)]!),
                cancellationToken);
        }
    }
}
