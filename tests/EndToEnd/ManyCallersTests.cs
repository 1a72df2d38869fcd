using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>More callers at once than there are connections to the database.</summary>
public sealed class ManyCallersTests(TestServers servers)
{
    // What may take a caller's patience, and not a probe's.
    private static readonly TimeSpan _promptly = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Sixty_four_callers_that_create_move_and_cancel_are_all_answered()
    {
        await using var config = await StartAsync(await servers.NewDatabaseAsync());
        using var api = new Api(config.Address, MailSystem.OperatorKey);
        await Parallel.ForEachAsync(Enumerable.Range(0, 64), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (caller, _) =>
        {
            var path = $"client/client-{caller % 4}/scheduled-emails";
            for (var round = 0; round < 3; round++)
            {
                var id = (string)(await api.PostAsync(path, Email())).Expect(HttpStatusCode.Created).Json["id"]!;
                var later = new JsonObject { ["scheduled_datetime"] = Api.Time(Api.In(TimeSpan.FromHours(2))) };
                (await api.PatchAsync($"scheduled-emails/{id}", later)).Expect(HttpStatusCode.OK);
                (await api.PostAsync($"scheduled-emails/{id}/cancel")).Expect(HttpStatusCode.OK);
            }
        });
    }

    [Fact]
    public async Task While_the_database_keeps_requests_waiting_probes_and_answers_without_a_key_come_promptly_and_the_rest_come_back()
    {
        var postgres = await servers.NewDatabaseAsync();
        await using var config = await StartAsync(postgres);
        using var api = new Api(config.Address, MailSystem.OperatorKey);
        (await api.PostAsync("client/acme/scheduled-emails", Email())).Expect(HttpStatusCode.Created);

        await using var blocker = new NpgsqlConnection(postgres);
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table mail.mt_doc_email_body in access exclusive mode", blocker))
            await hold.ExecuteNonQueryAsync();
        var creating = Enumerable.Range(0, 100).Select(_ => api.PostAsync("client/acme/scheduled-emails", Email())).ToList();
        var busy = (await await Task.WhenAny(creating)).Expect(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("too_busy", busy.Code);
        Assert.NotNull(busy.Headers.RetryAfter);

        var started = TimeProvider.System.GetTimestamp();
        using (var probe = new HttpClient { BaseAddress = config.Address })
        using (var answer = await probe.GetAsync(new Uri("/health/ready", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        (await api.GetAsync("email-status")).Expect(HttpStatusCode.OK);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, _promptly);

        await transaction.RollbackAsync();
        var answers = await Task.WhenAll(creating);
        Assert.All(
            answers,
            answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.ServiceUnavailable, answer.ToString()));
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(
            1 + answers.Count(answer => answer.Status == HttpStatusCode.Created),
            (await api.ListAsync("client/acme/scheduled-emails")).Count);
    }

    [Fact]
    public async Task Creates_of_a_client_that_is_kept_waiting_keep_no_other_client_waiting()
    {
        var postgres = await servers.NewDatabaseAsync();
        await using var config = await StartAsync(postgres);
        using var api = new Api(config.Address, MailSystem.OperatorKey);
        await using var blocker = new NpgsqlConnection(postgres);
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        // As who erases its bodies does.
        await using (var hold = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('mail.bodies/slow', 0))", blocker))
            await hold.ExecuteNonQueryAsync();
        var creating = Enumerable.Range(0, 10).Select(_ => api.PostAsync("client/slow/scheduled-emails", Email())).ToList();

        var others = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => api.PostAsync("client/other/scheduled-emails", Email())));
        Assert.All(others, other => Assert.Equal(HttpStatusCode.Created, other.Status));
        Assert.DoesNotContain(creating, create => create.IsCompleted);

        await transaction.RollbackAsync();
        Assert.All(await Task.WhenAll(creating), create => Assert.Equal(HttpStatusCode.Created, create.Status));
        Assert.Equal(
            (10, 40),
            ((await api.ListAsync("client/slow/scheduled-emails")).Count, (await api.ListAsync("client/other/scheduled-emails")).Count));
    }

    [Fact]
    public async Task Of_creates_that_come_together_each_is_refused_for_its_own_faults_and_the_others_are_scheduled()
    {
        await using var config = await StartAsync(await servers.NewDatabaseAsync());
        using var api = new Api(config.Address, MailSystem.OperatorKey);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(number =>
        {
            var email = Email();
            if (number % 4 == 0)
                email["scheduled_datetime"] = Api.Time(Api.In(TimeSpan.FromHours(-2)));
            return api.PostAsync("client/acme/scheduled-emails", email);
        }));
        for (var number = 0; number < answers.Length; number++)
        {
            Assert.Equal(number % 4 == 0 ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Created, answers[number].Status);
            Assert.Equal(
                number % 4 == 0 ? "scheduled_in_the_past" : null,
                answers[number].Status == HttpStatusCode.Created ? null : answers[number].Code);
        }

        var created = answers.Where(answer => answer.Status == HttpStatusCode.Created)
            .Select(answer => (string)answer.Json["id"]!).ToList();
        Assert.Equal(created.Order(), (await api.ListAsync("client/acme/scheduled-emails")).Select(email => (string)email["id"]!).Order());
    }

    [Fact]
    public async Task Saves_of_one_client_that_wait_for_each_other_keep_no_other_client_waiting()
    {
        var postgres = await servers.NewDatabaseAsync();
        await using var config = await StartAsync(postgres);
        using var api = new Api(config.Address, MailSystem.OperatorKey);
        await using var blocker = new NpgsqlConnection(postgres);
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('mail.email_config/slow', 0))", blocker))
            await hold.ExecuteNonQueryAsync();
        var saving = Enumerable.Range(0, 40).Select(number => api.PutAsync("client/slow/email-config", Config(number))).ToList();

        for (var number = 0; number < 5; number++)
            (await api.PutAsync("client/other/email-config", Config(number))).Expect(HttpStatusCode.OK);
        Assert.DoesNotContain(saving, save => save.IsCompleted);

        await transaction.RollbackAsync();
        Assert.All(await Task.WhenAll(saving), save => Assert.Equal(HttpStatusCode.OK, save.Status));
    }

    private static JsonObject Config(int number) => Api.Config(Api.Item("a", Api.In(TimeSpan.FromHours(1)), subject: $"Number {number}"));

    private static JsonObject Email() => new()
    {
        ["to"] = new JsonArray("ada@example.com"),
        ["subject"] = "Hello",
        ["text"] = "Hello Ada",
        ["scheduled_datetime"] = Api.Time(Api.In(TimeSpan.FromHours(1))),
    };

    private async Task<ServiceProcess> StartAsync(string postgres)
    {
        var config = ServiceProcess.On(
            postgres, await servers.NewVirtualHostAsync(), "ConfigService",
            new(StringComparer.Ordinal) { ["API_KEY"] = MailSystem.OperatorKey });
        await config.StartAsync();
        return config;
    }
}
