using System.Globalization;
using System.Text.Json.Nodes;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store.Events;

/// <summary>
/// What the statements of a burst cost PostgreSQL, by its own count. Held against the same with an <c>EventSql</c> that inserts nothing, it
/// is what events cost: docs/performance.md.
/// </summary>
public sealed class EventCostTests : IAsyncLifetime
{
    private const int Emails = 12_000;
    private const int InABatch = 6;

    private PrivatePostgres _postgres = null!;
    private StoreHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _postgres = await PrivatePostgres.CreateAsync();
        await using (var dataSource = NpgsqlDataSource.Create(_postgres.ConnectionString))
        {
            await ExecuteAsync(dataSource, "alter system set shared_preload_libraries = 'pg_stat_statements'");
            await _postgres.StopAsync();
            await _postgres.StartAsync();
            dataSource.Clear();
            await ExecuteAsync(dataSource, "create extension pg_stat_statements");
        }

        _host = await StoreHost.ApplyAsync(_postgres.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Fact, Long]
    public async Task A_burst_by_its_statements()
    {
        await using var connection = await _host.DataSource.OpenConnectionAsync();
        var place = await Installations.FindAsync(connection, "", CancellationToken.None);
        await Installations.RecordAsync(connection, place, counter: 1, waiting: 0, CancellationToken.None);
        await Installations.TrustAsync(connection, place, counter: 1, CancellationToken.None);
        // Everything once, so that no page is new.
        await BurstAsync(connection);
        foreach (var number in Enumerable.Range(1, 3))
        {
            await ExecuteAsync(_host.DataSource, "vacuum analyze; select pg_stat_statements_reset()");
            await BurstAsync(connection);
            foreach (var part in new[] { "insert into mail.mt_doc_scheduled_email", "update mail.mt_doc_scheduled_email" })
            {
                var cost = await _host.AskAsync<double>($"""
                    select sum(total_exec_time) * 1000 / {Emails.ToString(CultureInfo.InvariantCulture)} from pg_stat_statements
                    where query like '%{part}%' and query not like '%pg_stat_statements%'
                    """);
                TestContext.Current.TestOutputHelper?.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{number}: {part}: {cost:0.0} µs an e-mail"));
                Assert.InRange(cost, 1, 10_000);
            }
        }

        Assert.Equal(4L * Emails, await _host.AskAsync<long>("select count(*) from mail.mt_doc_scheduled_email where status = 'sent'"));
    }

    // As callers, and a sender with sixteen connections under load, do it.
    private static async Task BurstAsync(NpgsqlConnection connection)
    {
        var due = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var made = Enumerable.Range(0, Emails).Select(_ => NewEmail.Due(due, "Hello Ada")).ToList();
        foreach (var part in made.Chunk(100))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await EmailInserts.InsertAsync(
                connection, [.. part.Select(each => each.Email)], [part[0].Body], CancellationToken.None);
            await transaction.CommitAsync();
        }

        var (sender, before) = (Guid.CreateVersion7(), new List<(Guid Batch, EmailTransition Sent)>());
        foreach (var part in made.Chunk(InABatch).Append([]))
        {
            var claim = new Claim(sender, Guid.CreateVersion7(), "sender-1", "");
            var claimed = await EmailClaims.RecordAndClaimAsync(
                connection, before, claim, [.. part.Select(each => each.Email.Id)], now: null, CancellationToken.None);
            Assert.Equal(part.Length, claimed.Count);
            before = [.. part.Select(each => (claim.Batch, Sent(each.Email.Id)))];
        }
    }

    private static EmailTransition Sent(Guid id) => new(
        id, new JsonObject { ["status"] = EmailStatus.Sent, ["attempts"] = 1 }, EmailTransition.Line("sent", "250 2.0.0 Ok", "sender-1"));

    private static async Task ExecuteAsync(NpgsqlDataSource dataSource, string sql)
    {
        // One at a time: a vacuum runs in no transaction.
        foreach (var statement in sql.Split(';'))
        {
            await using var command = dataSource.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }
}
