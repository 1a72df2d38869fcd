using System.Net;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// Credentials of PostgreSQL and RabbitMQ are changed as <c>docs/credentials.md</c> has it: second ones beside the first, the
/// services restarted one after another, the first ones taken away; under load.
/// </summary>
public sealed class RotationTests(TestServers servers)
{
    [Fact, Long]
    public async Task New_credentials_are_taken_into_use_without_a_refused_request_a_lost_email_or_one_sent_twice()
    {
        var database = await servers.NewDatabaseAsync();
        var virtualHost = await servers.NewVirtualHostAsync();
        var (oldRole, oldUser) = (await FirstRoleAsync(database), await servers.NewUserAsync(virtualHost));
        await using var system = await MailSystem.StartAsync(servers, ofEach: 2, postgres: oldRole, rabbitMq: oldUser);
        using var stop = new CancellationTokenSource();
        // Callers are sent elsewhere while an instance restarts, as any balancer does that asks for its readiness.
        var at = 1;
        var calling = CallAsync(system, () => at, stop.Token);

        var (newRole, newUser) = (await SecondRoleAsync(database, oldRole), await servers.NewUserAsync(virtualHost));
        (string, string)[] changed = [("ConnectionStrings__Postgres", newRole), ("ConnectionStrings__RabbitMq", newUser)];
        foreach (var service in system.Schedulers.Concat(system.Senders))
            await service.RestartAsync(changed);
        foreach (var index in new[] { 0, 1 })
        {
            at = 1 - index;
            await system.ConfigServices[index].RestartAsync(changed);
        }

        await LockOutAsync(database, oldRole);
        await servers.DropUserAsync(oldUser);
        var sentBefore = system.Smtp.Received.Count;
        await Deadline.UntilAsync(() => Task.FromResult(system.Smtp.Received.Count), count => count > sentBefore + 20);
        await stop.CancelAsync();
        var ids = await calling;

        using var api = system.ApiOf(0);
        var emails = await api.SettledAsync("acme");
        Assert.Equal(ids.Order(StringComparer.Ordinal), emails.Select(email => (string)email["id"]!).Order(StringComparer.Ordinal));
        Assert.All(emails, email => Assert.Equal("sent", (string)email["status"]!));
        Assert.Equal(
            emails.Select(email => (string)email["message_id"]!).Order(StringComparer.Ordinal),
            system.Smtp.Received.Select(received => received.MessageId).Order(StringComparer.Ordinal));
    }

    /// <summary>An e-mail some 20 times a second, due at once, until it is stopped. Each request is answered with 201.</summary>
    private static async Task<IReadOnlyList<string>> CallAsync(MailSystem system, Func<int> at, CancellationToken stop)
    {
        using var one = system.ApiOf(0);
        using var other = system.ApiOf(1);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var ids = new List<string>();
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            var answer = await (at() == 0 ? one : other).PostAsync("client/acme/scheduled-emails", Api.Item(null, Api.In(TimeSpan.Zero)));
            ids.Add((string)answer.Expect(HttpStatusCode.Created).Json["id"]!);
        }

        return ids;
    }

    private static async Task<string> FirstRoleAsync(string database)
    {
        var role = new NpgsqlConnectionStringBuilder(database) { Username = $"first_{Environment.ProcessId}", Password = "the-first" };
        await ExecuteAsync(
            database, $"create role {role.Username} login password '{role.Password}'",
            $"alter database {role.Database} owner to {role.Username}");
        return role.ConnectionString;
    }

    /// <summary>One that acts as the first in all but its login.</summary>
    private static async Task<string> SecondRoleAsync(string database, string first)
    {
        var owner = new NpgsqlConnectionStringBuilder(first).Username;
        var role = new NpgsqlConnectionStringBuilder(database) { Username = $"second_{Environment.ProcessId}", Password = "the-second" };
        await ExecuteAsync(
            database, $"create role {role.Username} login password '{role.Password}' in role {owner}",
            $"alter role {role.Username} set role {owner}");
        return role.ConnectionString;
    }

    private static async Task LockOutAsync(string database, string connectionString)
    {
        var role = new NpgsqlConnectionStringBuilder(connectionString).Username;
        await ExecuteAsync(
            database, $"alter role {role} nologin", $"select pg_terminate_backend(pid) from pg_stat_activity where usename = '{role}'");
    }

    private static async Task ExecuteAsync(string database, params string[] statements)
    {
        await using var dataSource = NpgsqlDataSource.Create(database);
        foreach (var statement in statements)
        {
            await using var command = dataSource.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }
}
