using Hangfire;
using Hangfire.PostgreSql;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

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
        _storage = HangfireStore.Open(_postgres);
        _client = new BackgroundJobClient(_storage);
        _server = HangfireStore.Serve(_storage, new Activator(services.GetRequiredService<IBus>()));
        return Task.CompletedTask;
    }

    public Task<string> ScheduleAsync(Planned planned) =>
        Task.FromResult(_client.Schedule<SendJob>(job => job.SendAsync(planned.Message.CorrelationId, planned.Message.Text), planned.Due));

    public Task<bool> CancelAsync(string handle) => Task.FromResult(_client.Delete(handle));

    public async Task FillAsync(int count, DateTimeOffset due) =>
        await HangfireStore.CloneAsync(_postgres, await ScheduleAsync(new Planned(Reminder.New(), due)), count, due);

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
