using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mail.Bench.Subjects;

/// <summary>One subject, running: with a bus and a database of its own.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly IHost _host;
    private readonly Servers _servers;
    private readonly BenchDatabase _database;

    private Stage(ISubject subject, IHost host, Servers servers, string postgres, TimeProvider time)
    {
        (Subject, _host, _servers, _time, Confirmations) = (subject, host, servers, time, new(time));
        host.Services.GetRequiredService<IBus>().ConnectSendObserver(Confirmations);
        _database = new(postgres);
    }

    internal ISubject Subject { get; }

    internal Confirmations Confirmations { get; }

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Far enough to be in nobody's way.</summary>
    internal DateTimeOffset InAMonth => Now + TimeSpan.FromDays(30);

    internal static async Task<Stage> StartAsync(ISubject subject, Servers servers, TimeProvider time)
    {
        var postgres = await servers.NewDatabaseAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddMassTransit(bus =>
        {
            bus.UsingRabbitMq((_, rabbit) => rabbit.Host(servers.RabbitMq));
            subject.Register(builder.Services, bus, postgres);
        });
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        var host = builder.Build();
        await host.StartAsync();
        await subject.StartAsync(host.Services);
        return new(subject, host, servers, postgres, time);
    }

    /// <summary>New messages, each due when <paramref name="due"/> says.</summary>
    internal static Planned[] Messages(int count, Func<int, DateTimeOffset> due) =>
        [.. Enumerable.Range(0, count).Select(i => new Planned(Reminder.New(), due(i)))];

    /// <summary>Schedules them the fastest way the subject has, and returns how many a second.</summary>
    internal async Task<double> ScheduleAllAsync(IReadOnlyCollection<Planned> messages)
    {
        if (Subject is not IBulkSubject subject)
            return await Callers.RateAsync(messages, Subject.ScheduleAsync);
        var batches = messages.Chunk(IBulkSubject.BatchSize).ToArray();
        return messages.Count * await Callers.RateAsync(batches, subject.ScheduleAsync, callers: 1) / batches.Length;
    }

    /// <summary>Between measures: an empty queue, and a database at rest.</summary>
    internal async Task SettleAsync()
    {
        await _servers.PurgeAsync();
        await _database.SettleAsync();
    }

    /// <summary>Bytes of the subject's tables and indexes.</summary>
    internal Task<long> SizeAsync() => _database.SizeAsync();

    public async ValueTask DisposeAsync()
    {
        await Subject.DisposeAsync();
        Confirmations.Dispose();
        await _host.StopAsync();
        _host.Dispose();
        await _database.DisposeAsync();
    }
}
