using Mail.ConfigService.Emails;
using Mail.Store;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Servers.Store;

/// <summary>Who an e-mail goes to is known, also of those that an older version left, and forgotten with its client.</summary>
public sealed class EmailSearchTests(TestServers servers)
{
    [Fact]
    public async Task An_address_is_found_however_it_was_written()
    {
        await using var host = await StoreHost.StartAsync(servers);
        await using var connection = await host.DataSource.OpenConnectionAsync();
        var (email, body) = NewEmail.Due(TimeProvider.System.GetUtcNow(), "text");
        email = email with
        {
            To = ["Ada.Lovelace@Example.com", "\"Byron <Lord>\" <byron@example.com>", "ada.lovelace@example.com"],
            Cc = ["Grace Hopper  <grace@navy.example> "],
            Bcc = [" secret@example.com"],
        };
        await EmailInserts.InsertAsync(connection, [email], [body], CancellationToken.None);
        Assert.Equal(4L, await host.AskAsync<long>("select count(*) from mail.email_recipient"));
        foreach (var recipient in new[]
        {
            "ada.lovelace@example.com", "ADA.LOVELACE@EXAMPLE.COM", "byron@example.com", "grace@navy.example", "secret@example.com",
            "lovelace", "@navy",
        })
        {
            Assert.Equal((recipient, 1), (recipient, (await FindAsync(connection, new() { Recipient = recipient })).Emails.Count));
        }

        Assert.Empty((await FindAsync(connection, new() { Recipient = "lord@example.com" })).Emails);

        await using var transaction = await connection.BeginTransactionAsync();
        await ClientErasure.EraseEmailsAsync(connection, "acme", Guid.CreateVersion7(), CancellationToken.None);
        await transaction.CommitAsync();
        Assert.Equal(0L, await host.AskAsync<long>("select count(*) from mail.email_recipient"));
    }

    [Fact]
    public async Task What_an_older_version_scheduled_is_found_too()
    {
        await using var host = await StoreHost.StartAsync(servers, OldVersion.BeforeSteps);
        var address = await host.AskAsync<string>(
            "select lower(data->'to'->>0) from mail.mt_doc_scheduled_email where data->'to'->>0 not like '%<%' order by id limit 1");
        await using var connection = await host.DataSource.OpenConnectionAsync();
        Assert.NotEmpty((await FindAsync(connection, new() { Recipient = address })).Emails);
    }

    [Fact]
    public async Task What_an_older_version_schedules_and_erases_while_an_upgrade_goes_on_is_found_and_forgotten()
    {
        await using var host = await StoreHost.StartAsync(servers);
        await using var connection = await host.DataSource.OpenConnectionAsync();
        // The statements of the version before recipients were kept.
        await ExecuteAsync("""
            insert into mail.mt_doc_scheduled_email (id, data, client_id, status, scheduled_datetime, due_at, send_before)
            select id, jsonb_build_object('id', id, 'to', jsonb_build_array('Ada <Ada@example.com>')), 'acme', 'pending', now(), now(),
                now() from gen_random_uuid() id
            """);
        Assert.Equal(1L, await host.AskAsync<long>("select count(*) from mail.email_recipient where address = 'ada@example.com'"));
        await ExecuteAsync("delete from mail.mt_doc_scheduled_email where client_id = 'acme'");
        Assert.Equal(0L, await host.AskAsync<long>("select count(*) from mail.email_recipient"));

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task A_search_in_vain_gives_up_after_a_while_and_says_where()
    {
        await using var host = await StoreHost.StartAsync(servers);
        await using var connection = await host.DataSource.OpenConnectionAsync();
        var all = Enumerable.Range(0, EmailSearch.Window + 10)
            .Select(number => NewEmail.Due(TimeProvider.System.GetUtcNow(), "text")).ToList();
        all[0] = (
            all[0].Email with { Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddHours(-1)), Subject = "The needle" },
            all[0].Body);
        foreach (var part in all.Chunk(10_000))
        {
            await EmailInserts.InsertAsync(
                connection, [.. part.Select(each => each.Email)], part.Select(each => each.Body), CancellationToken.None);
        }

        var found = await FindAsync(connection, new() { Subject = "needle" });
        Assert.Equal((0, false), (found.Emails.Count, found.Full));
        found = await FindAsync(connection, new() { Subject = "needle" }, found.Next);
        Assert.Equal(all[0].Email.Id, Assert.Single(found.Emails).Id);
        Assert.Null(found.Next);
    }

    private static Task<EmailSearch.Found> FindAsync(
        NpgsqlConnection connection, EmailSearch.Wanted wanted, EmailSearch.Position? after = null) =>
        EmailSearch.RunAsync(connection, wanted, after, 50, CancellationToken.None);
}
