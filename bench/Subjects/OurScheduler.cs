using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PostgresScheduler;

namespace Mail.Bench.Subjects;

/// <summary>The scheduler of this repository, as the services use it.</summary>
internal sealed class OurScheduler : IBulkSubject
{
    private IMessageScheduler _scheduler = null!;
    private PostgresMessageScheduler _inBulk = null!;

    public const string Id = "ours";

    public string Name => Id;

    public void Register(IServiceCollection services, IBusRegistrationConfigurator bus, string postgres)
    {
        services.AddSingleton(NpgsqlDataSource.Create(postgres));
        bus.AddPostgresMessageScheduler();
    }

    public Task StartAsync(IServiceProvider services)
    {
        _scheduler = services.GetRequiredService<IMessageScheduler>();
        _inBulk = services.GetRequiredService<PostgresMessageScheduler>();
        return Task.CompletedTask;
    }

    public async Task<string> ScheduleAsync(Planned planned) =>
        (await _scheduler.ScheduleSend(Servers.Destination, planned.Due.UtcDateTime, planned.Message)).TokenId.ToString();

    public Task ScheduleAsync(IReadOnlyList<Planned> planned) =>
        _inBulk.ScheduleSendBatch(Servers.Destination, planned.Select(each => (each.Message.CorrelationId, each.Due, each.Message)));

    public async Task<bool> CancelAsync(string handle)
    {
        await _scheduler.CancelScheduledSend(Servers.Destination, Guid.Parse(handle));
        return true;
    }

    public Task CancelAsync(IReadOnlyList<string> handles) => _inBulk.CancelScheduledSendBatch([.. handles.Select(Guid.Parse)]);

    public async Task FillAsync(int count, DateTimeOffset due)
    {
        foreach (var batch in Enumerable.Range(0, count).Select(_ => new Planned(Reminder.New(), due)).Chunk(IBulkSubject.BatchSize))
            await ScheduleAsync(batch);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
