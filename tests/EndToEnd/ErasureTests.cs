using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.EndToEnd.Attachments;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>Of a client that was erased nothing is left but how many e-mails it had.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class ErasureTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;

    // All that is personal here has it in it.
    private readonly string _client = $"{SharedSystemTests.NewClient()}-hopper";

    private string Singles => $"client/{_client}/scheduled-emails";

    [Fact]
    public async Task Nothing_in_the_database_tells_of_a_client_that_was_erased()
    {
        var refused = $"nobody@{_client}.example";
        system.Mail.Smtp.ButFor(refused, $"550 5.1.1 <{refused}>: no such user");
        await _api.UploadedAsync(_client, System.Text.Encoding.UTF8.GetBytes($"unused by {_client}"), $"text/plain; of={_client}");
        JsonObject[] items =
        [
            Item("a", TimeSpan.Zero).WithAttachments(Uploads.Along([1], $"file of {_client}.txt")),
            Item("b", TimeSpan.FromDays(1)),
            Item("c", TimeSpan.FromDays(2)),
        ];
        (await _api.PutAsync($"client/{_client}/email-config", Api.Config(items))).Expect(HttpStatusCode.OK);
        (await _api.PutAsync($"client/{_client}/email-config", Api.Config(items[..2]))).Expect(HttpStatusCode.OK);
        var failing = Item(null, TimeSpan.Zero);
        failing["to"] = new JsonArray(refused);
        var failed = (string)(await _api.PostAsync(Singles, failing, ("Idempotency-Key", $"order of {_client}")))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        await _api.EmailAsync(failed, "failed");
        await Deadline.UntilAsync(() => _api.GetAsync($"{Singles}?status=sent"), page => page.Json["items"]!.AsArray().Count == 1);
        (await _api.PostAsync($"client/{_client}/api-keys", new JsonObject { ["name"] = $"key of {_client}" }))
            .Expect(HttpStatusCode.Created);
        (await _api.PostAsync($"client/{_client}/hold", new JsonObject { ["reason"] = $"{_client} asked" })).Expect(HttpStatusCode.OK);
        Assert.NotEmpty(await TracesAsync());
        var before = await TotalsAsync();

        var counts = (await _api.DeleteAsync($"client/{_client}")).Expect(HttpStatusCode.OK).Json["emails"]!;
        Assert.Equal((1, 1, 2), ((int)counts["sent"]!, (int)counts["failed"]!, (int)counts["cancelled"]!));
        // Events about its saves may still be on their way.
        await Deadline.UntilAsync(TracesAsync, traces => traces.Count == 0);
        var after = await TotalsAsync();
        Assert.Equal((before.Clients + 1, before.Sent + 1), after);
        (await _api.GetAsync($"scheduled-emails/{failed}")).Expect(HttpStatusCode.NotFound);
        Assert.Equal("client_not_found", (await _api.DeleteAsync($"client/{_client}")).Expect(HttpStatusCode.NotFound).Code);
    }

    [Fact]
    public async Task What_was_pending_is_never_sent_and_the_client_may_begin_anew()
    {
        var due = Api.In(TimeSpan.FromSeconds(10));
        (await _api.PutAsync(
            $"client/{_client}/email-config", Api.Config(Api.Item("a", due, to: $"erased@{_client}.example", text: "Hello"))))
            .Expect(HttpStatusCode.OK);
        (await _api.DeleteAsync($"client/{_client}")).Expect(HttpStatusCode.OK);
        // The very same body, and the same revision.
        var saved = (await _api.PutAsync(
            $"client/{_client}/email-config", Api.Config(Api.Item("a", due, to: $"kept@{_client}.example", text: "Hello"))))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Equal(1, (int)saved["revision"]!);
        await _api.EmailAsync((string)saved["emails"]![0]!["id"]!, "sent");
        Assert.Equal(
            [$"kept@{_client}.example"],
            system.Mail.Smtp.Received.SelectMany(received => received.To).Where(to => to.Contains(_client, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task While_a_server_has_an_email_in_hand_nothing_is_erased_and_the_answer_names_it()
    {
        var slow = $"slow@{_client}.example";
        var go = new TaskCompletionSource();
        system.Mail.Smtp.ButFor(slow, Reaction.Hold(go.Task));
        var id = (string)(await _api.PostAsync(Singles, Api.Item(null, Api.In(TimeSpan.Zero), to: slow)))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        var pending = (string)(await _api.PostAsync(Singles, Item(null, TimeSpan.FromDays(1)))).Expect(HttpStatusCode.Created).Json["id"]!;
        await _api.EmailAsync(id, "sending");

        var refusal = (await _api.DeleteAsync($"client/{_client}")).Expect(HttpStatusCode.Conflict);
        Assert.Equal(("still_sending", id), (refusal.Code, (string)Assert.Single(refusal.Json["too_late"]!.AsArray())!));
        await _api.EmailAsync(pending, "pending");
        Assert.DoesNotContain((await _api.GetAsync("holds")).Json["items"]!.AsArray(), hold => (string?)hold!["client_id"] == _client);
        go.SetResult();
        await _api.EmailAsync(id, "sent");
        (await _api.DeleteAsync($"client/{_client}")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_with_more_emails_than_a_batch_is_erased_while_it_goes_on_creating_them()
    {
        var items = Enumerable.Range(0, 2500).Select(number => Item($"{number}", TimeSpan.FromDays(1)));
        (await _api.PutAsync($"client/{_client}/email-config", Api.Config(items))).Expect(HttpStatusCode.OK);
        var erasing = _api.DeleteAsync($"client/{_client}");
        var created = new List<string>();
        while (!erasing.IsCompleted)
        {
            created.Add(
                (string)(await _api.PostAsync(Singles, Item(null, TimeSpan.FromDays(1)))).Expect(HttpStatusCode.Created).Json["id"]!);
        }

        var counts = (await erasing).Expect(HttpStatusCode.OK).Json["emails"]!;
        // What was created after the last batch is of a client that began anew.
        var left = await _api.ListAsync(Singles);
        Assert.Equal(2500 + created.Count - left.Count, (int)counts["cancelled"]!);
        Assert.All(left, email => Assert.Contains((string)email["id"]!, created));
        Assert.DoesNotContain((await _api.GetAsync("holds")).Json["items"]!.AsArray(), hold => (string?)hold!["client_id"] == _client);
        await Deadline.UntilAsync(
            () => _api.DeleteAsync($"client/{_client}"), answer => answer.Status is HttpStatusCode.OK or HttpStatusCode.NotFound);
        await Deadline.UntilAsync(TracesAsync, traces => traces.Count == 0);
    }

    [Fact]
    public async Task An_erasure_that_was_interrupted_is_gone_on_with_and_counted_once()
    {
        (await _api.PutAsync(
            $"client/{_client}/email-config", Api.Config(Item("a", TimeSpan.FromDays(1)), Item("b", TimeSpan.FromDays(2)))))
            .Expect(HttpStatusCode.OK);
        var before = await TotalsAsync();
        await using (var dataSource = NpgsqlDataSource.Create(system.Mail.Postgres))
        {
            // As a process leaves it that dies after its first batch.
            await RowsAsync(dataSource, $$"""
                with begun as (insert into mail.mt_doc_erasure (id, data)
                    select id, jsonb_build_object('id', id, 'client_id', '{{_client}}', 'erased_at', now(), 'emails',
                        '{"cancelled": 1}'::jsonb) from gen_random_uuid() id returning id),
                held as (insert into mail.mt_doc_hold (id, data)
                    values ('{{_client}}', jsonb_build_object('id', '{{_client}}', 'reason', 'the client is being erased', 'since', now(),
                        'by', 'erasure'))),
                gone as (delete from mail.mt_doc_scheduled_email where client_id = '{{_client}}' and key = 'a'
                    returning data->>'body_id' as body_id)
                insert into mail.erasing_body select begun.id, gone.body_id from begun, gone returning body_id
                """);
        }

        Assert.Equal(2, (int)(await _api.DeleteAsync($"client/{_client}")).Expect(HttpStatusCode.OK).Json["emails"]!["cancelled"]!);
        Assert.Equal(before.Clients + 1, (await TotalsAsync()).Clients);
        await Deadline.UntilAsync(TracesAsync, traces => traces.Count == 0);
    }

    private JsonObject Item(string? key, TimeSpan from) =>
        Api.Item(key, Api.In(from), to: $"Grace <grace@{_client}.example>", subject: $"For {_client}", text: $"Dear {_client}");

    private async Task<(int Clients, int Sent)> TotalsAsync()
    {
        var totals = (await _api.GetAsync("erasures")).Expect(HttpStatusCode.OK).Json;
        return ((int)totals["clients"]!, (int)totals["emails"]!["sent"]!);
    }

    /// <summary>Every row of every table that has the client in it, as text.</summary>
    private async Task<IReadOnlyList<string>> TracesAsync()
    {
        await using var dataSource = NpgsqlDataSource.Create(system.Mail.Postgres);
        var tables = await RowsAsync(
            dataSource, "select schemaname || '.' || tablename from pg_tables where schemaname in ('mail', 'scheduler')");
        Assert.Contains("scheduler.timers", tables);
        var traces = new List<string>();
        foreach (var table in tables)
            traces.AddRange(await RowsAsync(dataSource, $"select '{table}: ' || t::text from {table} t where t::text like '%{_client}%'"));
        // Bodies of messages are bytes.
        traces.AddRange(await RowsAsync(
            dataSource,
            $"select 'timer: ' || convert_from(body, 'UTF8') from scheduler.timers where convert_from(body, 'UTF8') like '%{_client}%'"));
        return traces;
    }

    private static async Task<List<string>> RowsAsync(NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
