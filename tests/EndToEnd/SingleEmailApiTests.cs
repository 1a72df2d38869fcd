using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Single e-mails over HTTP.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class SingleEmailApiTests(SharedSystem system)
{
    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    private string Path => $"client/{_client}/scheduled-emails";

    [Fact]
    public async Task A_single_email_is_created_read_and_sent()
    {
        var created = await _api.PostAsync(Path, Email());
        created.Expect(HttpStatusCode.Created);
        var id = (string)created.Json["id"]!;
        Assert.Equal($"/api/v1/scheduled-emails/{id}", created.Headers.Location!.ToString());
        Assert.Equal(("pending", "single"), ((string)created.Json["status"]!, (string)created.Json["source"]!));
        Assert.False(created.Json.AsObject().ContainsKey("timeline") && created.Json["timeline"]!.AsArray().Count == 0);
        await _api.EmailAsync(id, "sent");
    }

    [Fact]
    public async Task A_cancelled_email_is_never_sent_and_cancelling_again_is_no_error()
    {
        var id = await CreateAsync(TimeSpan.FromSeconds(10));
        for (var again = 0; again < 2; again++)
        {
            Assert.Equal(
                "cancelled", (string)(await _api.PostAsync($"scheduled-emails/{id}/cancel")).Expect(HttpStatusCode.OK).Json["status"]!);
        }

        var other = await CreateAsync(TimeSpan.FromSeconds(10));
        await _api.EmailAsync(other, "sent");
        Assert.DoesNotContain(system.Mail.Smtp.Received, received => received.MessageId.Contains(id, StringComparison.Ordinal));
        var late = await _api.PostAsync($"scheduled-emails/{other}/cancel");
        Assert.Equal(("too_late", "sent"), (late.Expect(HttpStatusCode.Conflict).Code, (string)late.Json["current_status"]!));
    }

    [Fact]
    public async Task An_email_moves_along_with_its_unset_send_before_and_not_past_a_set_one()
    {
        var id = await CreateAsync(TimeSpan.FromHours(1));
        var to = Api.In(TimeSpan.FromHours(5));
        var moved = (await _api.PatchAsync($"scheduled-emails/{id}", new JsonObject { ["scheduled_datetime"] = Api.Time(to) }))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Equal((Api.Time(to), Api.Time(to.AddHours(72))), ((string)moved["scheduled_datetime"]!, (string)moved["send_before"]!));

        var bounded = Email(Api.In(TimeSpan.FromHours(1)));
        bounded["send_before"] = Api.Time(Api.In(TimeSpan.FromHours(2)));
        var boundedId = (string)(await _api.PostAsync(Path, bounded)).Json["id"]!;
        var refused = await _api.PatchAsync($"scheduled-emails/{boundedId}", new JsonObject { ["scheduled_datetime"] = Api.Time(to) });
        Assert.True(refused.Expect(HttpStatusCode.UnprocessableEntity).Json["errors"]!.AsObject().ContainsKey("/scheduled_datetime"));

        Assert.Equal("sent", await SendNowAsync(id));
    }

    [Fact]
    public async Task Moving_an_email_again_and_again_leaves_no_pile_of_timers_and_a_timeline_that_can_be_read()
    {
        var id = await CreateAsync(TimeSpan.FromHours(1));
        await using var dataSource = Npgsql.NpgsqlDataSource.Create(system.Mail.Postgres);
        await using var count = dataSource.CreateCommand(
            $"select count(*) from scheduler.timers where convert_from(body, 'UTF8') like '%{id}%'");
        for (var round = 0; round < 13; round++)
        {
            // Several at a time: whoever comes last has the timer.
            await Task.WhenAll(Enumerable.Range(0, 10).Select(async number =>
                (await _api.PatchAsync(
                    $"scheduled-emails/{id}", new JsonObject { ["scheduled_datetime"] = Api.Time(Api.In(TimeSpan.FromHours(2 + number))) }))
                    .Expect(HttpStatusCode.OK)));
        }

        // The one that scheduled it, and the last move's.
        Assert.InRange((long)(await count.ExecuteScalarAsync())!, 1, 2);
        var moved = (await _api.GetAsync($"scheduled-emails/{id}")).Json;
        Assert.Equal((101, 30), (moved["timeline"]!.AsArray().Count, (int)moved["timeline_left_out"]!));
        Assert.Equal(("scheduled", "moved"), ((string)moved["timeline"]![0]!["event"]!, (string)moved["timeline"]![100]!["event"]!));
        (await _api.PostAsync($"scheduled-emails/{id}/send-now")).Expect(HttpStatusCode.OK);
        await _api.EmailAsync(id, "sent");
    }

    [Fact]
    public async Task An_email_moved_forward_is_sent_then()
    {
        var id = await CreateAsync(TimeSpan.FromHours(1));
        (await _api.PatchAsync(
            $"scheduled-emails/{id}", new JsonObject { ["scheduled_datetime"] = Api.Time(Api.In(TimeSpan.FromSeconds(1))) }))
            .Expect(HttpStatusCode.OK);
        var sent = await _api.EmailAsync(id, "sent");
        Assert.Contains(sent["timeline"]!.AsArray(), entry => (string)entry!["event"]! == "moved");
        Assert.Equal(
            "too_late",
            (await _api.PatchAsync(
                $"scheduled-emails/{id}", new JsonObject { ["scheduled_datetime"] = Api.Time(Api.In(TimeSpan.FromHours(1))) }))
                .Expect(HttpStatusCode.Conflict).Code);
        Assert.Equal("too_late", (await _api.PostAsync($"scheduled-emails/{id}/send-now")).Expect(HttpStatusCode.Conflict).Code);
    }

    [Fact]
    public async Task An_item_of_a_config_is_not_moved_but_may_be_sent_now()
    {
        var saved = await _api.PutAsync($"client/{_client}/email-config", Api.Config(Api.Item("a", Api.In(TimeSpan.FromHours(1)))));
        var id = (string)saved.Json["emails"]![0]!["id"]!;
        Assert.Equal(
            "managed_by_config",
            (await _api.PatchAsync(
                $"scheduled-emails/{id}", new JsonObject { ["scheduled_datetime"] = Api.Time(Api.In(TimeSpan.FromHours(2))) }))
                .Expect(HttpStatusCode.Conflict).Code);
        await SendNowAsync(id);
    }

    [Fact]
    public async Task Only_what_did_not_go_out_can_be_resent()
    {
        system.Mail.Smtp.ButFor($"nobody@{_client}.example", "550 5.1.1 no such user");
        var id = (string)(await _api.PostAsync(Path, Email(to: $"nobody@{_client}.example"))).Expect(HttpStatusCode.Created).Json["id"]!;
        var failed = await _api.EmailAsync(id, "failed");
        Assert.Equal(("rcpt_to", true), ((string)failed["last_error"]!["stage"]!, (bool)failed["last_error"]!["permanent"]!));
        Assert.Contains("550 5.1.1 no such user", (string)failed["explanation"]!, StringComparison.Ordinal);

        var resent = (await _api.PostAsync($"scheduled-emails/{id}/resend")).Expect(HttpStatusCode.Created);
        Assert.Equal(id, (string)resent.Json["resend_of"]!);
        await _api.EmailAsync((string)resent.Json["id"]!, "failed");
        var pending = await CreateAsync(TimeSpan.FromHours(1));
        Assert.Equal("not_resendable", (await _api.PostAsync($"scheduled-emails/{pending}/resend")).Expect(HttpStatusCode.Conflict).Code);
    }

    [Fact]
    public async Task An_email_is_resent_once_however_many_ask_at_the_same_moment()
    {
        var id = await FailedAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(call => system.Mail.ApiOf(call % 2).PostAsync($"scheduled-emails/{id}/resend")));
        var resent = (string)Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created).Json["id"]!;
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Created),
            answer =>
                Assert.Equal(("already_resent", resent), (answer.Expect(HttpStatusCode.Conflict).Code, (string)answer.Json["resent_as"]!)));
        Assert.Equal(resent, (string)(await _api.GetAsync($"scheduled-emails/{id}")).Json["resent_as"]!);
        // The new one failed too, and can be resent in its turn.
        await _api.EmailAsync(resent, "failed");
        Assert.Equal(
            resent, (string)(await _api.PostAsync($"scheduled-emails/{resent}/resend")).Expect(HttpStatusCode.Created).Json["resend_of"]!);
    }

    [Fact]
    public async Task A_resend_with_the_same_idempotency_key_answers_as_the_first_time()
    {
        var id = await FailedAsync();
        var key = ("Idempotency-Key", $"resend of {id}");
        var first = (await _api.PostAsync($"scheduled-emails/{id}/resend", null, key)).Expect(HttpStatusCode.Created);
        var again = (await _api.PostAsync($"scheduled-emails/{id}/resend", null, key)).Expect(HttpStatusCode.Created);
        Assert.Equal((first.Text, "true"), (again.Text, again.Headers.GetValues("Idempotency-Replayed").Single()));
        Assert.Equal(
            "idempotency_key_reused", (await _api.PostAsync($"{Path}", Email(), key)).Expect(HttpStatusCode.UnprocessableEntity).Code);
    }

    [Theory]
    [InlineData("scheduled_datetime", "9999-12-31T23:59:59Z")]
    [InlineData("scheduled_datetime", "2200-01-01T00:00:00Z")]
    [InlineData("send_before", "9999-12-31T23:59:59Z")]
    public async Task A_time_more_than_a_hundred_years_ahead_is_refused_wherever_it_is_given(string field, string time)
    {
        var email = Email(Api.In(TimeSpan.FromHours(1)));
        email[field] = time;
        Assert.Equal("scheduled_too_far_ahead", (await _api.PostAsync(Path, email)).Expect(HttpStatusCode.UnprocessableEntity).Code);
        var batch = new JsonObject { ["emails"] = new JsonArray(Email(), email.DeepClone()) };
        var refused = (await _api.PostAsync($"{Path}/batch", batch)).Expect(HttpStatusCode.UnprocessableEntity);
        Assert.True(refused.Json["errors"]!.AsObject().ContainsKey($"/emails/1/{field}"), refused.Text);
        var item = Api.Item("a", Api.In(TimeSpan.FromHours(1)));
        item[field] = time;
        Assert.Equal(
            "scheduled_too_far_ahead",
            (await _api.PutAsync($"client/{_client}/email-config", Api.Config(item))).Expect(HttpStatusCode.UnprocessableEntity).Code);
        var id = await CreateAsync(TimeSpan.FromHours(1));
        if (field == "scheduled_datetime")
        {
            Assert.Equal(
                "scheduled_too_far_ahead",
                (await _api.PatchAsync($"scheduled-emails/{id}", new JsonObject { [field] = time }))
                    .Expect(HttpStatusCode.UnprocessableEntity).Code);
        }
    }

    [Fact]
    public async Task A_temporary_refusal_is_tried_again_and_said()
    {
        system.Mail.Smtp.ButFor($"later@{_client}.example", "451 4.7.1 greylisted").Times(1);
        var id = (string)(await _api.PostAsync(Path, Email(to: $"later@{_client}.example"))).Json["id"]!;
        var waiting =
            (await Deadline.UntilAsync(() => _api.GetAsync($"scheduled-emails/{id}"), answer => (int)answer.Json["attempts"]! >= 1)).Json;
        if ((string)waiting["status"]! == "pending")
            Assert.Equal("late", (string)waiting["forecast"]!);
        var sent = await _api.EmailAsync(id, "sent");
        Assert.Equal(2, (int)sent["attempts"]!);
    }

    [Fact]
    public async Task A_batch_is_created_whole_in_the_order_given_or_not_at_all()
    {
        var later = Api.In(TimeSpan.FromHours(1));
        var emails = new JsonArray([.. Enumerable.Range(0, 100).Select(number => (JsonNode)Email(later.AddSeconds(100 - number)))]);
        var created = (await _api.PostAsync($"{Path}/batch", new JsonObject { ["emails"] = emails }))
            .Expect(HttpStatusCode.Created).Json["items"]!.AsArray();
        Assert.Equal(
            Enumerable.Range(0, 100).Select(number => Api.Time(later.AddSeconds(100 - number))),
            created.Select(item => (string)item!["scheduled_datetime"]!));

        var bad = new JsonObject
        {
            ["emails"] = new JsonArray(Email(later), new JsonObject { ["to"] = new JsonArray("x"), ["subject"] = "s", ["text"] = "t" }),
        };
        Assert.True((await _api.PostAsync($"{Path}/batch", bad))
            .Expect(HttpStatusCode.UnprocessableEntity).Json["errors"]!.AsObject().ContainsKey("/emails/1/to/0"));
        Assert.Equal(100, (await _api.GetAsync($"{Path}?limit=500")).Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_large_batch_is_created_in_the_order_given_and_an_error_at_its_end_leaves_nothing_of_it()
    {
        var due = Api.In(TimeSpan.FromHours(1));
        var batch = Api.Config(
            Enumerable.Range(0, 2500).Select(number => Api.Item(null, due + TimeSpan.FromSeconds(number), text: $"text {number % 7}")));
        var bad = (JsonObject)batch.DeepClone();
        bad["emails"]![2499]!["subjct"] = "a typo";
        Assert.True((await _api.PostAsync($"{Path}/batch", bad))
            .Expect(HttpStatusCode.UnprocessableEntity).Json["errors"]!.AsObject().ContainsKey("/emails/2499/subjct"));
        Assert.Empty((await _api.GetAsync($"{Path}?limit=1")).Json["items"]!.AsArray());

        var created = (await _api.PostAsync($"{Path}/batch", batch)).Expect(HttpStatusCode.Created).Json["items"]!.AsArray();
        Assert.Equal(
            Enumerable.Range(0, 2500).Select(number => Api.Time(due + TimeSpan.FromSeconds(number))),
            created.Select(item => (string)item!["scheduled_datetime"]!));
        Assert.Equal(created.Select(item => (string)item!["id"]!), (await _api.ListAsync(Path)).Select(email => (string)email["id"]!));
    }

    [Fact]
    public async Task Batches_of_one_client_that_share_texts_in_any_order_do_not_stand_in_each_other_s_way()
    {
        var due = Api.In(TimeSpan.FromHours(1));
        var items = Enumerable.Range(0, 2200).Select(number => Api.Item(null, due, text: $"text {number}")).ToList();
        List<JsonObject> batches =
        [
            Api.Config(items),
            Api.Config(items.AsEnumerable().Reverse()),
            Api.Config(items.Where((_, index) => index % 5 == 0)),
            Api.Config(items.AsEnumerable().Reverse().Take(1500)),
        ];
        var answers = await Task.WhenAll(batches.Select(batch => _api.PostAsync($"{Path}/batch", batch)));
        Assert.All(answers, answer => answer.Expect(HttpStatusCode.Created));
        Assert.Equal(2200 + 2200 + 440 + 1500, answers.Sum(answer => answer.Json["items"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_list_goes_by_due_time_and_its_cursor_neither_skips_nor_repeats_while_emails_come_in()
    {
        var later = Api.In(TimeSpan.FromHours(1));
        for (var number = 0; number < 6; number++)
            (await _api.PostAsync(Path, Email(later.AddSeconds(number / 2)))).Expect(HttpStatusCode.Created);
        var seen = new List<string>();
        var times = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await _api.GetAsync($"{Path}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Expect(HttpStatusCode.OK).Json;
            seen.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            times.AddRange(page["items"]!.AsArray().Select(item => (string)item!["scheduled_datetime"]!));
            Assert.All(
                page["items"]!.AsArray(),
                item => Assert.False(item!.AsObject().ContainsKey("text") || item.AsObject().ContainsKey("timeline")));
            cursor = (string?)page["next_cursor"];
            (await _api.PostAsync(Path, Email(later.AddMinutes(-1)))).Expect(HttpStatusCode.Created);
        }
        while (cursor is not null);

        Assert.Equal(6, seen.Distinct().Count());
        Assert.Equal(6, seen.Count);
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
    }

    [Fact]
    public async Task A_list_is_filtered_by_status_time_and_key()
    {
        var later = Api.In(TimeSpan.FromHours(1));
        var saved = (await _api.PutAsync(
            $"client/{_client}/email-config", Api.Config(Api.Item("a", later), Api.Item("b", later.AddHours(1)))))
            .Expect(HttpStatusCode.OK);
        (await _api.PostAsync($"scheduled-emails/{(string)saved.Json["emails"]![1]!["id"]!}/cancel")).Expect(HttpStatusCode.OK);
        Assert.Equal(["a"], await KeysAsync("status=pending"));
        Assert.Equal(["a", "b"], await KeysAsync("status=pending&status=cancelled"));
        Assert.Equal(["b"], await KeysAsync("key=b"));
        Assert.Equal(["a"], await KeysAsync($"due_from={Api.Time(later)}&due_to={Api.Time(later.AddHours(1))}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _api.GetAsync($"{Path}?status=lost")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _api.GetAsync($"{Path}?cursor=x")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _api.GetAsync($"{Path}?cursor={new string('~', 32)}")).Status);

        async Task<IEnumerable<string>> KeysAsync(string query) => (await _api.GetAsync($"{Path}?{query}"))
            .Expect(HttpStatusCode.OK).Json["items"]!.AsArray().Select(item => (string)item!["key"]!);
    }

    [Fact]
    public async Task The_same_idempotency_key_creates_once_even_at_the_same_moment_on_two_instances()
    {
        var body = Email(Api.In(TimeSpan.FromHours(1)));
        var key = ("Idempotency-Key", $"key of {_client}");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(call => system.Mail.ApiOf(call % 2).PostAsync(Path, body, key)));
        Assert.All(
            answers,
            answer => Assert.True(answer.Status == HttpStatusCode.Created || answer.Code == "idempotency_in_progress", answer.ToString()));
        Assert.Single((await _api.GetAsync(Path)).Json["items"]!.AsArray());

        var again = (await _api.PostAsync(Path, body, key)).Expect(HttpStatusCode.Created);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(answers.First(answer => answer.Status == HttpStatusCode.Created).Text, again.Text);
        var other = Email(Api.In(TimeSpan.FromHours(2)));
        Assert.Equal("idempotency_key_reused", (await _api.PostAsync(Path, other, key)).Expect(HttpStatusCode.UnprocessableEntity).Code);

        var refused = ("Idempotency-Key", $"refused key of {_client}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _api.PostAsync(Path, new JsonObject(), refused)).Status);
        Assert.Equal(HttpStatusCode.Created, (await _api.PostAsync(Path, body, refused)).Status);
    }

    [Fact]
    public async Task Processing_wakes_what_is_due_and_never_sends_twice()
    {
        var id = await CreateAsync(TimeSpan.Zero);
        for (var call = 0; call < 5; call++)
        {
            var answer = (await _api.PostAsync("scheduled-emails/process")).Expect(HttpStatusCode.OK).Json;
            // What was woken a moment ago is due and not woken again; how much that is depends on how fast the senders are.
            Assert.Equal(["due", "woken"], answer.AsObject().Select(field => field.Key));
            Assert.All(answer.AsObject(), field => Assert.InRange((long)field.Value!, 0, long.MaxValue));
        }

        await _api.EmailAsync(id, "sent");
        Assert.Single(system.Mail.Smtp.Received, received => received.MessageId.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_held_back_stays_pending_says_so_and_goes_out_after_the_release()
    {
        var held = (await _api.PostAsync($"client/{_client}/hold", new JsonObject { ["reason"] = "migration" }))
            .Expect(HttpStatusCode.OK).Json;
        Assert.Equal((true, "migration"), ((bool)held["held"]!, (string)held["reason"]!));
        var id = await CreateAsync(TimeSpan.Zero);
        var other = (string)(await _api.PostAsync($"client/{SharedSystemTests.NewClient()}/scheduled-emails", Email())).Json["id"]!;
        await _api.EmailAsync(other, "sent");
        var pending = await _api.EmailAsync(id, "pending");
        Assert.Equal("held", (string)pending["forecast"]!);
        Assert.Contains("migration", (string)pending["explanation"]!, StringComparison.Ordinal);
        Assert.Contains(
            (await _api.GetAsync("holds")).Json["items"]!.AsArray(),
            hold => (string?)hold!["client_id"] == _client && (string)hold["by"]! == "operator");

        Assert.False((bool)(await _api.PostAsync($"client/{_client}/release")).Expect(HttpStatusCode.OK).Json["held"]!);
        await _api.EmailAsync(id, "sent");
    }

    [Fact]
    public async Task Five_hundred_cancels_race_five_hundred_sends_and_each_answer_is_the_truth()
    {
        const int Emails = 500;
        var due = Api.In(TimeSpan.FromSeconds(3));
        var batch = new JsonObject { ["emails"] = new JsonArray([.. Enumerable.Range(0, Emails).Select(_ => (JsonNode)Email(due))]) };
        var ids = (await _api.PostAsync($"{Path}/batch", batch)).Expect(HttpStatusCode.Created).Json["items"]!
            .AsArray().Select(item => (string)item!["id"]!).ToList();
        await Deadline.UntilAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow()), now => now >= due);

        using var second = system.Mail.ApiOf(1);
        var answers = new Dictionary<string, Api.Answer>();
        await Parallel.ForEachAsync(
            ids.Select((id, index) => (id, index)),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (each, _) =>
            {
                var answer = await (each.index % 2 == 0 ? _api : second).PostAsync($"scheduled-emails/{each.id}/cancel");
                lock (answers)
                    answers[each.id] = answer;
            });

        var cancelled = answers.Where(answer => answer.Value.Status == HttpStatusCode.OK).Select(answer => answer.Key).ToHashSet();
        var late = answers.Where(answer => answer.Value.Status == HttpStatusCode.Conflict).Select(answer => answer.Key).ToHashSet();
        Assert.Equal(Emails, cancelled.Count + late.Count);
        foreach (var id in late)
            await _api.EmailAsync(id, "sent");
        var arrived = system.Mail.Smtp.Received.Select(received => received.MessageId.TrimStart('<').Split('@')[0])
            .Where(ids.ToHashSet().Contains).ToList();
        Assert.Equal(late.Order(StringComparer.Ordinal), arrived.Order(StringComparer.Ordinal));
        TestContext.Current.SendDiagnosticMessage($"{cancelled.Count} cancelled, {late.Count} too late");
    }

    private static JsonObject Email(DateTimeOffset? due = null, string to = "ada@example.com")
    {
        var email = new JsonObject { ["to"] = new JsonArray(to), ["subject"] = "Hello", ["text"] = "Hello" };
        if (due is not null)
            email["scheduled_datetime"] = Api.Time(due.Value);
        return email;
    }

    private async Task<string> CreateAsync(TimeSpan inTime) =>
        (string)(await _api.PostAsync(Path, Email(Api.In(inTime)))).Expect(HttpStatusCode.Created).Json["id"]!;

    private async Task<string> FailedAsync()
    {
        var refused = $"nobody@{_client}.example";
        system.Mail.Smtp.ButFor(refused, "550 5.1.1 no such user");
        var id = (string)(await _api.PostAsync(Path, Email(to: refused))).Expect(HttpStatusCode.Created).Json["id"]!;
        await _api.EmailAsync(id, "failed");
        return id;
    }

    private async Task<string> SendNowAsync(string id)
    {
        (await _api.PostAsync($"scheduled-emails/{id}/send-now")).Expect(HttpStatusCode.OK);
        return (string)(await _api.EmailAsync(id, "sent"))["status"]!;
    }
}
