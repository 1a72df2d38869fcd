using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>A held system says so, and the same, wherever somebody asks whether e-mail works.</summary>
public sealed class HeldSystemTests(TestServers servers)
{
    private static readonly TimeSpan _atOnce = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Under_the_restore_fence_everybody_says_since_when_by_whom_and_how_to_release()
    {
        await using var before = await MailSystem.StartAsync(servers);
        await before.StopAsync();
        await using var system = await MailSystem.StartAsync(servers, postgres: before.Postgres, environment: ("MAIL_INSTANCE", "staging"));
        using var api = system.Api;
        var hold = await TwentyEmails.FenceAsync(api);
        var since = DateTimeOffset.Parse((string)hold["since"]!, System.Globalization.CultureInfo.InvariantCulture)
            .ToString("yyyy-MM-dd HH:mm:ss 'UTC'", System.Globalization.CultureInfo.InvariantCulture);

        var status = await StatusAsync(system);
        Assert.True((bool)status["configured"]!);
        Assert.True((bool)status["held"]!);
        Told((string)status["hint"]!);
        // The reason is for those who have a key.
        Assert.DoesNotContain("staging", (string)status["hint"]!, StringComparison.Ordinal);
        Told((string)(await api.GetAsync("test-email/config")).Expect(HttpStatusCode.OK).Json["hint"]!);

        var asked = TimeProvider.System.GetTimestamp();
        var refused = (await api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" })).Expect(HttpStatusCode.Conflict);
        Assert.InRange(TimeProvider.System.GetElapsedTime(asked), TimeSpan.Zero, _atOnce);
        Assert.Equal(("held", "restore_fence"), (refused.Code, (string)refused.Json["by"]!));
        Told((string)refused.Json["detail"]!);
        Assert.Empty(await api.ListAsync("client/test-email/scheduled-emails"));

        // SchedulerService goes on looking, and nobody takes it for dead.
        await Deadline.UntilAsync(
            () => AskAsync(
                system,
                "select i.mt_last_modified > (h.data->>'since')::timestamptz + interval '10 s' "
                + "from mail.mt_doc_installation i, mail.mt_doc_hold h"),
            looked => looked is true);
        var page = await OverviewAsync(system);
        Assert.Contains("All sending is held back", page, StringComparison.Ordinal);
        Assert.DoesNotContain("no SchedulerService has reached", page, StringComparison.Ordinal);

        (await api.PostAsync("release")).Expect(HttpStatusCode.OK);
        Assert.False((await StatusAsync(system)).ContainsKey("held"));
        (await api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" })).Expect(HttpStatusCode.OK);

        void Told(string hint)
        {
            Assert.Contains(since, hint, StringComparison.Ordinal);
            Assert.Contains("restore_fence", hint, StringComparison.Ordinal);
            Assert.Contains("POST /api/v1/release", hint, StringComparison.Ordinal);
            Assert.Contains("./mail release", hint, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_hold_of_the_operator_is_told_too_and_a_client_alone_holds_nobody_elses_status()
    {
        await using var system = await MailSystem.StartAsync(servers);
        using var api = system.Api;
        (await api.PostAsync("client/acme/hold")).Expect(HttpStatusCode.OK);
        Assert.False((await StatusAsync(system)).ContainsKey("held"));
        (await api.PostAsync("client/test-email/hold")).Expect(HttpStatusCode.OK);
        Assert.Equal(
            "held",
            (await api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" })).Expect(HttpStatusCode.Conflict).Code);

        (await api.PostAsync("hold", new JsonObject { ["reason"] = "smtp.internal.example is moved" })).Expect(HttpStatusCode.OK);
        var status = await StatusAsync(system);
        Assert.True((bool)status["held"]!);
        Assert.Contains("by operator", (string)status["hint"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("smtp.internal.example", status.ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<JsonObject> StatusAsync(MailSystem system)
    {
        using var anyone = new Api(system.ConfigServices[0].Address, key: null);
        return (await anyone.GetAsync("email-status")).Expect(HttpStatusCode.OK).Json.AsObject();
    }

    private static async Task<string> OverviewAsync(MailSystem system)
    {
        using var browser = new HttpClient { BaseAddress = system.ConfigServices[0].Address };
        using var form = new FormUrlEncodedContent([new("key", MailSystem.OperatorKey), new("to", "/")]);
        using var answer = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<object?> AskAsync(MailSystem system, string sql)
    {
        await using var dataSource = NpgsqlDataSource.Create(system.Postgres);
        await using var command = dataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
