using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Bench.Email;

/// <summary>
/// This system for a harness that drives schedulers of any language by verbs: <c>init</c>, <c>schedule FILE</c>, <c>fill N</c>,
/// <c>cancel N</c>, <c>worker</c>. PostgreSQL is where <c>PG…</c> say, RabbitMQ where <c>RABBITMQ_MANAGEMENT</c> and
/// <c>ConnectionStrings__RabbitMq</c> do, the server to send to at <c>SMTP_PORT</c>, what to send in <c>EMAIL_JSON</c>.
/// </summary>
internal static class HarnessVerbs
{
    internal const string Verb = "harness";

    private const int Cancelling = 8;

    internal static async Task RunAsync(string[] arguments)
    {
        var postgres = new NpgsqlConnectionStringBuilder
        {
            Host = Setting("PGHOST"),
            Port = int.Parse(Setting("PGPORT"), CultureInfo.InvariantCulture),
            Username = Setting("PGUSER"),
            Database = Setting("PGDATABASE"),
        }.ConnectionString;
        switch (arguments)
        {
            case ["init"]:
                await InitAsync(postgres);
                break;
            case ["schedule", var file]:
                await ScheduleAsync(postgres, file);
                break;
            case ["fill", var count]:
                await using (var filled = await OurSystem.CallersAsync(postgres, await VirtualHostAsync(postgres)))
                    await filled.FillAsync(int.Parse(count, CultureInfo.InvariantCulture), TimeProvider.System.GetUtcNow().AddDays(30));
                break;
            case ["cancel", var count]:
                await CancelAsync(postgres, int.Parse(count, CultureInfo.InvariantCulture));
                break;
            case ["worker"]:
                await WorkAsync(postgres);
                break;
            default:
                throw new InvalidOperationException($"No verb: {string.Join(' ', arguments)}");
        }
    }

    // The database is dropped by the harness at any time; its name for RabbitMQ's part is kept in it.
    private static async Task InitAsync(string postgres)
    {
        var name = $"harness-{Guid.CreateVersion7():N}";
        var uri = await VirtualHost.CreateAsync(new(Setting("RABBITMQ_MANAGEMENT")), new(Setting("ConnectionStrings__RabbitMq")), name);
        await using var dataSource = NpgsqlDataSource.Create(postgres);
        await using var command = dataSource.CreateCommand($"create table harness as select '{uri}' as virtual_host");
        await command.ExecuteNonQueryAsync();
        await using var migrated = await OurSystem.CallersAsync(postgres, uri);
    }

    private static async Task ScheduleAsync(string postgres, string file)
    {
        var template = JsonNode.Parse(await File.ReadAllTextAsync(Setting("EMAIL_JSON")))!;
        var emails = (await File.ReadAllLinesAsync(file)).Select(line => line.Split(' ')).Select(parts => new PlannedEmail(
            LetterOf(template, parts[0]), DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[1], CultureInfo.InvariantCulture))))
                .ToList();
        await using var callers = await OurSystem.CallersAsync(postgres, await VirtualHostAsync(postgres));
        var started = Stopwatch.GetTimestamp();
        await callers.ScheduleAsync(emails);
        await SayAsync(new() { ["n"] = emails.Count, ["seconds"] = Stopwatch.GetElapsedTime(started).TotalSeconds });
    }

    private static async Task CancelAsync(string postgres, int count)
    {
        await using var callers = await OurSystem.CallersAsync(postgres, await VirtualHostAsync(postgres));
        var handles = new List<string>();
        foreach (var email in PlannedEmail.Many(count, _ => TimeProvider.System.GetUtcNow().AddDays(20)))
            handles.Add(await callers.ScheduleAsync(email));
        var cancelled = 0;
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(handles, new ParallelOptions { MaxDegreeOfParallelism = Cancelling }, async (handle, _) =>
        {
            if (await callers.CancelAsync(handle))
                Interlocked.Increment(ref cancelled);
        });
        await SayAsync(new() { ["n"] = count, ["ok"] = cancelled, ["seconds"] = Stopwatch.GetElapsedTime(started).TotalSeconds });
    }

    private static async Task WorkAsync(string postgres)
    {
        var stopped = new TaskCompletionSource();
        using var onStop = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stopped.TrySetResult();
        });
        await using var workers = await OurSystem.WorkersAsync(
            postgres, await VirtualHostAsync(postgres), int.Parse(Setting("SMTP_PORT"), CultureInfo.InvariantCulture));
        await Console.Out.WriteLineAsync("ready");
        await stopped.Task;
    }

    private static async Task<string> VirtualHostAsync(string postgres)
    {
        await using var dataSource = NpgsqlDataSource.Create(postgres);
        await using var command = dataSource.CreateCommand("select virtual_host from harness");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static Letter LetterOf(JsonNode template, string id)
    {
        return new(id, Fill("to"), Fill("subject"), Fill("text"), Fill("html"));

        string Fill(string part) => ((string)template[part]!).Replace("{id}", id, StringComparison.Ordinal)
            .Replace("{name}", $"Customer {id}", StringComparison.Ordinal);
    }

    private static Task SayAsync(JsonObject answer) => Console.Out.WriteLineAsync(answer.ToJsonString());

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
}
