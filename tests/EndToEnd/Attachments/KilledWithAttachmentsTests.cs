using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd.Attachments;

/// <summary>A process dies in an upload, in a save, in a sender's read: nothing is lost, and nothing is left.</summary>
public sealed class KilledWithAttachmentsTests(TestServers servers)
{
    [Fact]
    [Long]
    public async Task An_upload_in_which_ConfigService_dies_leaves_nothing_and_can_be_repeated()
    {
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        var bytes = RandomNumberGenerator.GetBytes(5_000_000);
        using var half = new HalfContent(bytes);
        var uploading = api.SendAsync(HttpMethod.Post, "client/acme/attachments", half);
        await Deadline.UntilAsync(() => CountAsync(mail, "mail.attachment_piece"), pieces => pieces > 3);
        mail.ConfigServices[0].Kill();
        await Assert.ThrowsAnyAsync<Exception>(() => uploading);
        await mail.ConfigServices[0].DisposeAsync();
        await mail.ConfigServices[0].StartAsync();

        (await api.GetAsync($"client/acme/attachments/{Uploads.IdOf(bytes)}")).Expect(HttpStatusCode.NotFound);
        (await api.UploadAsync("acme", bytes)).Expect(HttpStatusCode.Created);
        await ExecuteAsync(mail, "update mail.attachment set kept_until = now() - interval '1 second' where sha256 is null");
        await Deadline.UntilAsync(() => CountAsync(mail, "mail.attachment"), rows => rows == 1, Deadline.Sweep);
        Assert.Equal(26L, await CountAsync(mail, "mail.attachment_piece"));
    }

    [Fact]
    public async Task A_save_in_which_ConfigService_dies_is_whole_or_absent()
    {
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        var saves = Enumerable.Range(0, 30).Select(async number =>
        {
            var email = Api.Item(null, Api.In(TimeSpan.FromHours(1)))
                .WithAttachments(Uploads.Along(RandomNumberGenerator.GetBytes(1_000_000), "a.bin"));
            try
            {
                return (await api.PostAsync("client/acme/scheduled-emails", email)).Status;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                return HttpStatusCode.ServiceUnavailable;
            }
        }).ToList();
        await Deadline.UntilAsync(() => CountAsync(mail, "mail.attachment"), rows => rows > 2);
        mail.ConfigServices[0].Kill();
        var statuses = await Task.WhenAll(saves);
        await mail.ConfigServices[0].DisposeAsync();

        // What was in a transaction is gone with it, once the database has noticed that its client is.
        await Deadline.UntilAsync(
            () => CountAsync(
                mail, "pg_stat_activity where datname = current_database() and application_name like 'config-%' and state <> 'idle'"),
            open => open == 0);
        await mail.ConfigServices[0].StartAsync();
        var emails = await api.ListAsync("client/acme/scheduled-emails");
        Assert.InRange(emails.Count, statuses.Count(status => status == HttpStatusCode.Created), statuses.Length);
        foreach (var email in emails)
            (await api.SendAsync(HttpMethod.Head, $"client/acme/attachments/{email["attachments"]![0]!["id"]}")).Expect(HttpStatusCode.OK);
        Assert.Equal((long)emails.Count, await CountAsync(mail, "mail.attachment"));
        Assert.Equal(emails.Count * 6L, await CountAsync(mail, "mail.attachment_piece"));
    }

    [Fact]
    [Long]
    public async Task A_sender_that_dies_while_it_reads_loses_no_attachment()
    {
        const int Emails = 40;
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        var shared = await api.UploadedAsync("acme", RandomNumberGenerator.GetBytes(4_000_000));
        var due = Api.In(TimeSpan.FromSeconds(3));
        var config = Api.Config(Enumerable.Range(0, Emails).Select(number =>
            Api.Item($"item-{number}", due, subject: $"mail {number}")
                .WithAttachments(Uploads.ById(shared, "shared.bin"), Uploads.Along(RandomNumberGenerator.GetBytes(20_000), "own.bin"))));
        (await api.PutAsync("client/acme/email-config", config)).Expect(HttpStatusCode.OK);
        await Deadline.UntilAsync(() => CountAsync(mail, "mail.mt_doc_scheduled_email where status = 'sending'"), sending => sending > 0);
        mail.Senders[0].Kill();
        await mail.Senders[0].DisposeAsync();
        await mail.Senders[0].StartAsync();

        await api.SettledAsync("acme");
        var sent = await api.ListAsync("client/acme/scheduled-emails?status=sent");
        var unknown = await api.ListAsync("client/acme/scheduled-emails?status=unknown");
        Assert.Equal(Emails, sent.Count + unknown.Count);
        var received = mail.Smtp.Received;
        Assert.Equal(received.Count, received.Select(message => message.MessageId).Distinct().Count());
        Assert.Empty(sent.Select(email => (string)email["message_id"]!).Except(received.Select(message => message.MessageId)));
        Assert.All(received, message => Assert.InRange(message.Raw.Length, 5_400_000, 5_600_000));
    }

    [Fact]
    public async Task A_database_that_refuses_to_hand_out_an_attachment_is_said_and_holds_up_nobody()
    {
        await using var mail = await MailSystem.StartAsync(servers);
        using var api = mail.Api;
        var with = await CreateAsync(
            api, Api.Item(null, Api.In(TimeSpan.FromHours(1))).WithAttachments(Uploads.Along([1, 2, 3], "a.bin")));
        await ExecuteAsync(mail, "alter table mail.attachment_piece rename to damaged");
        (await api.PostAsync($"scheduled-emails/{with}/send-now")).Expect(HttpStatusCode.OK);
        var without = await CreateAsync(api, Api.Item(null, Api.In(TimeSpan.Zero)));

        await api.EmailAsync(without, "sent");
        var failing = await Deadline.UntilAsync(
            async () => (await api.GetAsync($"scheduled-emails/{with}")).Json, email => (int)email["attempts"]! > 0);
        Assert.Equal("email.attachment-not-read", (string)failing["last_error"]!["verdict"]!);
        Assert.Contains("42P01", (string)failing["last_error"]!["hint"]!, StringComparison.Ordinal);

        await ExecuteAsync(mail, "alter table mail.damaged rename to attachment_piece");
        await api.EmailAsync(with, "sent", Deadline.Sweep);
        Assert.Equal(2, mail.Smtp.Received.Count);
    }

    private static async Task<string> CreateAsync(Api api, JsonObject email) =>
        (string)(await api.PostAsync("client/acme/scheduled-emails", email)).Expect(HttpStatusCode.Created).Json["id"]!;

    private static async Task<long> CountAsync(MailSystem mail, string from)
    {
        await using var dataSource = NpgsqlDataSource.Create(mail.Postgres);
        await using var command = dataSource.CreateCommand($"select count(*) from {from}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(MailSystem mail, string sql)
    {
        await using var dataSource = NpgsqlDataSource.Create(mail.Postgres);
        await using var command = dataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A body of which the second half never comes.</summary>
    private sealed class HalfContent(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
