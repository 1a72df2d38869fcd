using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>Recipients that the server puts off get the e-mail later, as an e-mail of its own, and nobody gets it twice.</summary>
[Collection(SenderlessSystemTests.Name)]
public sealed class RemainderTests(SenderlessSystem system) : IAsyncDisposable
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    public ValueTask DisposeAsync() => system.EraseAsync(_client);

    [Fact]
    public async Task A_server_that_takes_three_recipients_at_a_time_gets_ten_at_once_each_of_them_once()
    {
        await using var server = ScriptedSmtp.Accepting().TakingRecipients(3);
        // A retry would come too late.
        await using var sender = await system.StartSenderAsync(server, ("RETRY_DELAY_SECONDS", "3600"));
        var id = await CreateAsync(To(10));

        var chain = await ChainAsync(id);

        Assert.Equal(4, chain.Count);
        Assert.Equal(["single", "remainder", "remainder", "remainder"], chain.Select(email => (string)email["source"]!));
        Assert.All(chain, email => Assert.Equal(("sent", 1), ((string)email["status"]!, (int)email["attempts"]!)));
        var received = server.Received;
        Assert.Equal(To(10), received.SelectMany(each => each.To));
        // One message: the same headers, bytes and Message-ID.
        Assert.Equal($"<{id}@sender.example>", Assert.Single(received.Select(each => each.MessageId).Distinct()));
        Assert.Single(received
            .Select(each => string.Join('\n', each.Text.Split("\r\n").Where(line => !line.StartsWith("Date:", StringComparison.Ordinal))))
            .Distinct());
        Assert.Equal(string.Join(", ", To(10)), received[^1].Header("To"));
    }

    [Fact]
    public async Task Original_and_remainder_name_each_other_and_the_remainder_says_whom_it_goes_to()
    {
        await using var server = ScriptedSmtp.Accepting().ButFor($"b@{_client}.example", "450 4.2.0 Greylisted").Times(1);
        await using var sender = await system.StartSenderAsync(server);
        var id = await CreateAsync([$"Ada <a@{_client}.example>"], cc: [$"Ben <b@{_client}.example>"]);

        var chain = await ChainAsync(id);

        var (original, rest) = (chain[0], chain[1]);
        Assert.Equal((id, (string)rest["id"]!), ((string)rest["remainder_of"]!, (string)original["remainder"]!));
        Assert.Null(original["last_error"]);
        Assert.Contains((string)rest["id"]!, (string)original["explanation"]!, StringComparison.Ordinal);
        var line = original["timeline"]!.AsArray().Single(entry => (string)entry!["event"]! == "remainder")!;
        Assert.Contains($"b@{_client}.example: 450 4.2.0 Greylisted", (string)line["detail"]!, StringComparison.Ordinal);
        Assert.Contains((string)rest["id"]!, (string)line["detail"]!, StringComparison.Ordinal);
        Assert.Equal([$"Ben <b@{_client}.example>"], rest["envelope"]!.AsArray().Select(each => (string)each!));
        Assert.Equal((string)original["to"]![0]!, (string)rest["to"]![0]!);
        Assert.Equal((string)original["message_id"]!, (string)rest["message_id"]!);
        Assert.Equal((string)original["send_before"]!, (string)rest["send_before"]!);
        Assert.Null(rest["key"]);
        Assert.Equal([[$"a@{_client}.example"], [$"b@{_client}.example"]], server.Received.Select(each => each.To));
        // It waited for a retry, and says how late it is of the original's due time.
        Assert.InRange((long)rest["lateness_ms"]!, 1000, 60_000);
    }

    [Fact]
    public async Task A_remainder_is_cancelled_by_itself_and_no_save_touches_it()
    {
        await using var server = ScriptedSmtp.Accepting().ButFor($"b@{_client}.example", "450 4.2.0 Greylisted");
        await using var sender = await system.StartSenderAsync(server, ("RETRY_DELAY_SECONDS", "3600"));
        var item = Api.Item("a", Api.In(TimeSpan.Zero), to: $"a@{_client}.example");
        item["cc"] = new JsonArray($"b@{_client}.example");
        var saved = (await _api.PutAsync($"client/{_client}/email-config", Api.Config(item))).Expect(HttpStatusCode.OK).Json;
        var original = await _api.EmailAsync((string)saved["emails"]![0]!["id"]!, "sent");
        var id = (string)original["remainder"]!;

        (await _api.PutAsync($"client/{_client}/email-config", Api.Config())).Expect(HttpStatusCode.OK);

        var waiting = (await _api.GetAsync($"scheduled-emails/{id}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(("pending", "late"), ((string)waiting["status"]!, (string)waiting["forecast"]!));
        Assert.NotNull(waiting["next_attempt_at"]);
        Assert.Contains("450 4.2.0 Greylisted", (string)waiting["explanation"]!, StringComparison.Ordinal);
        Assert.Equal(
            "cancelled", (string)(await _api.PostAsync($"scheduled-emails/{id}/cancel")).Expect(HttpStatusCode.OK).Json["status"]!);
        Assert.Equal("sent", (string)(await _api.GetAsync($"scheduled-emails/{original["id"]}")).Json["status"]!);
        Assert.Equal([[$"a@{_client}.example"]], server.Received.Select(each => each.To));
    }

    [Fact]
    public async Task A_recipient_refused_for_good_at_the_second_attempt_fails_alone_and_a_resend_goes_to_it_alone()
    {
        await using var server = ScriptedSmtp.Accepting().ButFor($"b@{_client}.example", "450 4.2.0 Greylisted").Times(1)
            .ButFor($"b@{_client}.example", "550 5.1.1 no such user").Times(1);
        await using var sender = await system.StartSenderAsync(server);
        var id = await CreateAsync([$"a@{_client}.example"], cc: [$"b@{_client}.example"]);
        var original = await _api.EmailAsync(id, "sent");
        var failed = await _api.EmailAsync((string)original["remainder"]!, "failed");
        Assert.True((bool)failed["last_error"]!["permanent"]!);

        var resent = (await _api.PostAsync($"scheduled-emails/{failed["id"]}/resend")).Expect(HttpStatusCode.Created).Json;
        await _api.EmailAsync((string)resent["id"]!, "sent");

        Assert.Equal([[$"a@{_client}.example"], [$"b@{_client}.example"]], server.Received.Select(each => each.To));
        Assert.Equal($"a@{_client}.example", server.Received[1].Header("To"));
        Assert.NotEqual(server.Received[0].MessageId, server.Received[1].MessageId);
    }

    [Fact]
    public async Task A_sender_that_is_killed_while_it_writes_the_outcome_leaves_no_remainder_and_the_email_in_doubt()
    {
        await using var server = ScriptedSmtp.Accepting().TakingRecipients(1);
        await using var sender = await system.StartSenderAsync(server, ("SMTP_MAX_CONNECTIONS", "1"));
        var go = new TaskCompletionSource();
        server.But(Step.Kept, Reaction.Hold(go.Task));
        var id = await CreateAsync(To(2));
        await server.WaitForAsync(Step.Kept);
        await using (var database = NpgsqlDataSource.Create(system.Mail.Postgres))
        await using (var connection = await database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("select from mail.mt_doc_scheduled_email where id = $1 for update", connection)
            {
                Parameters = { new() { Value = Guid.Parse(id) } },
            };
            await hold.ExecuteNonQueryAsync();
            go.SetResult();
            await using var waits = database.CreateCommand(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query "
                + "like '%moving%')");
            await Deadline.UntilAsync(() => waits.ExecuteScalarAsync(), answer => answer is true);
            sender.Process.Kill();
        }

        var unknown = await _api.EmailAsync(id, "unknown", Deadline.Sweep);
        Assert.Null(unknown["remainder"]);
        Assert.Single(await _api.ListAsync($"client/{_client}/scheduled-emails"));
        Assert.Single(server.Received);
    }

    [Fact, Long]
    public async Task Senders_killed_in_the_middle_of_remainders_give_nobody_an_email_twice_and_leave_nobody_out_but_what_is_in_doubt()
    {
        const int Emails = 40;
        await using var server = ScriptedSmtp.Accepting().TakingRecipients(2);
        var batch = new JsonObject
        {
            ["emails"] = new JsonArray([.. Enumerable.Range(0, Emails).Select(number => (JsonNode)Email(To(6, $"n{number}-")))]),
        };
        var sender = await system.StartSenderAsync(server);
        (await _api.PostAsync($"client/{_client}/scheduled-emails/batch", batch)).Expect(HttpStatusCode.Created);
        await server.WaitForAsync(Emails / 2);
        sender.Process.Kill();
        await sender.Process.DisposeAsync();

        await using var next = await system.StartSenderAsync(server);
        var emails = await _api.SettledAsync(_client);

        var served = server.Received.SelectMany(each => each.To).ToList();
        Assert.Equal(served.Count, served.Distinct(StringComparer.Ordinal).Count());
        var inDoubt = emails.Where(email => (string)email["status"]! == "unknown").ToList();
        Assert.All(emails, email => Assert.Contains((string)email["status"]!, new[] { "sent", "unknown" }));
        var doubtful = inDoubt.SelectMany(email => (email["envelope"] ?? email["to"])!.AsArray().Select(each => (string)each!));
        Assert.Empty(Enumerable.Range(0, Emails).SelectMany(number => To(6, $"n{number}-")).Except(served).Except(doubtful));
        Assert.InRange(inDoubt.Count, 0, 16);
    }

    private string[] To(int count, string prefix = "r") =>
        [.. Enumerable.Range(0, count).Select(number => $"{prefix}{number}@{_client}.example")];

    private static JsonObject Email(string[] to, string[]? cc = null) => new()
    {
        ["to"] = new JsonArray([.. to.Select(each => (JsonNode)each)]),
        ["cc"] = new JsonArray([.. (cc ?? []).Select(each => (JsonNode)each)]),
        ["subject"] = "Hello",
        ["text"] = "Hello",
        ["html"] = "<p>Hello</p>",
    };

    private async Task<string> CreateAsync(string[] to, string[]? cc = null) =>
        (string)(await _api.PostAsync($"client/{_client}/scheduled-emails", Email(to, cc))).Expect(HttpStatusCode.Created).Json["id"]!;

    /// <summary>The e-mail, its remainder, and so on, once each is sent.</summary>
    private async Task<List<JsonNode>> ChainAsync(string id)
    {
        var chain = new List<JsonNode>();
        for (string? next = id; next is not null; next = (string?)chain[^1]["remainder"])
            chain.Add(await _api.EmailAsync(next, "sent"));
        return chain;
    }
}
