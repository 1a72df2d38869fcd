using System.Globalization;
using CsCheck;
using Mail.Tests.Fixtures;
using Npgsql;
using PostgresScheduler;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// Random schedules, re-schedules and cancels by several callers, while two instances are killed and started again: what
/// is published is what a dictionary would have kept.
/// </summary>
public sealed class SchedulerModelTests(TestServers servers)
{
    private const int Callers = 4;
    private const int TokensOfACaller = 60;

    private static readonly Gen<Step> _step = Gen.Select(
        Gen.Int[0, TokensOfACaller - 1],
        Gen.Int[0, 1500],
        Gen.Frequency((7, Gen.Const(false)), (3, Gen.Const(true))),
        (token, offset, cancel) => new Step(token, offset, cancel));

    private static readonly Gen<(Step[][] Steps, int[] Kills)> _run =
        Gen.Select(_step.Array[100, 200].Array[Callers], Gen.Int[0, 1].Array[2, 5]);

    [Fact, Long]
    public Task What_is_published_is_what_the_model_says() => _run.SampleAsync(RunAsync, iter: 2, threads: 1);

    private async Task RunAsync((Step[][] Steps, int[] Kills) run)
    {
        var postgres = await servers.NewDatabaseAsync();
        var rabbitMq = await servers.NewVirtualHostAsync();
        await using var ledger = await Ledger.OpenAsync(rabbitMq);
        await using var one = ServiceProcess.On(postgres, rabbitMq, "SchedulerService");
        await using var two = ServiceProcess.On(postgres, rabbitMq, "SchedulerService");
        await Task.WhenAll(one.StartAsync(), two.StartAsync());

        // Every caller is done before the first is due: which of a cancel and a due time came first is then no question.
        var first = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(5);
        var working = Task.WhenAll(run.Steps.Select((steps, caller) => PlayAsync(postgres, caller, steps, first)));
        var killing = KillAsync(run.Kills.Select(victim => victim == 0 ? one : two));
        var model = (await working).SelectMany(kept => kept).ToDictionary();
        Assert.True(TimeProvider.System.GetUtcNow() < first, "The callers took too long for the test to mean anything.");
        await killing;
        await Deadline.UntilAsync(
            () => Task.FromResult(ledger.Published.Select(published => published.What).ToHashSet()), kept => kept.Count >= model.Count);
        await Deadline.UntilAsync(() => LeftAsync(postgres), left => left == 0);

        Assert.Equal(
            model.Keys.Order(StringComparer.Ordinal),
            ledger.Published.Select(published => published.What).Distinct().Order(StringComparer.Ordinal));
        Assert.All(ledger.Published, published => Assert.True(published.At >= model[published.What], $"{published.What} is early"));
        // A second publication comes only from a kill between confirm and commit: no more than a batch for each.
        Assert.InRange(ledger.Published.Count, model.Count, model.Count + (run.Kills.Length * new PostgresSchedulerOptions().BatchSize));
    }

    private static async Task<Dictionary<string, DateTimeOffset>> PlayAsync(string postgres, int caller, Step[] steps, DateTimeOffset first)
    {
        var timers = new TimerTable(new());
        await using var database = NpgsqlDataSource.Create(postgres);
        var tokens = Enumerable.Range(0, TokensOfACaller).Select(_ => Guid.CreateVersion7()).ToArray();
        var scheduled = new Dictionary<int, (string What, DateTimeOffset Due)>();
        var cancelled = new HashSet<int>();
        for (var number = 0; number < steps.Length; number++)
        {
            var (token, offset, cancel) = steps[number];
            await using var connection = await database.OpenConnectionAsync();
            if (cancel)
            {
                await timers.CancelAsync(connection, [tokens[token]], CancellationToken.None);
                cancelled.Add(token);
                scheduled.Remove(token);
                continue;
            }

            var what = string.Create(CultureInfo.InvariantCulture, $"{caller}-{token}-{number}");
            var due = first + TimeSpan.FromMilliseconds(offset);
            await timers.ScheduleAsync(
                connection, [MessageEnvelope.Seal(new Published(what), Ledger.Address, due, tokens[token])], CancellationToken.None);
            if (!cancelled.Contains(token))
                scheduled[token] = (what, due);
        }

        return scheduled.Values.ToDictionary(kept => kept.What, kept => kept.Due, StringComparer.Ordinal);
    }

    private static async Task KillAsync(IEnumerable<ServiceProcess> victims)
    {
        foreach (var victim in victims)
        {
            victim.Kill();
            await victim.DisposeAsync();
            await victim.StartAsync();
        }
    }

    private static async Task<long> LeftAsync(string postgres)
    {
        await using var database = NpgsqlDataSource.Create(postgres);
        await using var left = database.CreateCommand("select count(*) from scheduler.timers where not cancelled");
        return (long)(await left.ExecuteScalarAsync())!;
    }

    private sealed record Step(int Token, int Offset, bool Cancel);
}

public sealed record Published(string What);
