using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Npgsql;

namespace Mail.Tests.Page;

/// <summary>With a million e-mails each page still answers at once, and ten thousand are cancelled within seconds.</summary>
[Long]
public sealed class ManyEmailsTests(TestServers servers)
{
    private const int Count = 1_000_000;
    private const int Requests = 15;
    private static readonly TimeSpan _most = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Every_page_answers_within_100_ms_and_a_bulk_cancel_of_10_000_takes_less_than_5_s()
    {
        await using var system = await MailSystem.StartAsync(servers);
        using var api = system.Api;
        var id = await PrepareAsync(api);
        await FillAsync(system.Postgres, id);
        using var browser = await SignInAsync(system.ConfigServices[0].Address);
        var slow = new List<string>();
        foreach (var path in Paths(id))
        {
            var median = await MedianAsync(browser, path);
            TestContext.Current.TestOutputHelper?.WriteLine($"{median.TotalMilliseconds,8:0.0} ms {path}");
            if (median > _most)
                slow.Add($"{path}: {median.TotalMilliseconds:0} ms");
        }

        var watch = Stopwatch.StartNew();
        var cancelled = (await api.PostAsync("scheduled-emails/bulk", new JsonObject
        {
            ["action"] = "cancel",
            ["filter"] = new JsonObject { ["client_id"] = "ten-thousand", ["status"] = new JsonArray("pending") },
        })).Expect(HttpStatusCode.OK).Json;
        TestContext.Current.TestOutputHelper?.WriteLine($"{watch.Elapsed.TotalSeconds,8:0.00} s for a bulk cancel of 10,000");
        Assert.Equal(10_000, (int)cancelled["done"]!);
        Assert.True(slow.Count == 0, string.Join("\n", slow));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static IEnumerable<string> Paths(string id) =>
    [
        "/", "/emails", "/emails?size=500", "/emails?q=status:pending", "/emails?q=is:undecided", "/emails?q=is:late", "/emails?q=is:soon",
        "/emails?q=status:failed+due:last-7d", "/emails?q=to:customer-77@example.com", "/emails?q=to:customer-77", "/emails?q=hello",
        "/emails?q=client:big", "/emails?q=client:big+status:pending", "/emails?q=client:big+status:sent+due:last-7d",
        "/emails?q=client:client-7+status:pending", "/emails?q=client:client-7+is:undecided", "/emails?q=client:client-7+due:today",
        "/emails?q=status:sent+due:2026-01-01..2026-01-02", $"/emails/{id}", $"/emails/{id}/message", "/clients", "/clients?after=client-5",
        "/clients/big", "/clients/client-7", "/clients/measured", "/clients/typo", "/clients/measured/config", "/clients/big/config",
        "/clients/measured/templates", "/clients/big/events", "/clients/big/release", "/events", "/check", "/not/here",
    ];

    // A config of a thousand items, and an e-mail that all others are copies of.
    private static async Task<string> PrepareAsync(Api api)
    {
        var due = Api.In(TimeSpan.FromDays(2));
        (await api.PutAsync(
            "client/measured/email-config",
            Api.Config(Enumerable.Range(0, 1000).Select(number => Api.Item($"item-{number}", due.AddMinutes(number))))))
            .Expect(HttpStatusCode.OK);
        return (string)(await api.PostAsync("client/measured/scheduled-emails", Api.Item(null, due)))
            .Expect(HttpStatusCode.Created).Json["id"]!;
    }

    // A third of one client, the rest of two hundred; half pending over the next month, but for the next two hours; the rest sent over the
    // last, one in two hundred in vain. Ids are as old as their e-mails.
    private static async Task FillAsync(string postgres, string id)
    {
        await using var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync();
        await ExecuteAsync($"""
            insert into mail.mt_doc_scheduled_email (id, data, client_id, status, key, scheduled_datetime, due_at, send_before)
            select id, data || jsonb_build_object('id', id, 'status', status, 'client_id', client_id, 'due_at', due,
                'scheduled_datetime', due, 'send_before', due + interval '3 days', 'created_at', now() - n * interval '2 seconds',
                'subject', 'Hello no. ' || n, 'to', jsonb_build_array('customer-' || n % 100000 || '@example.com'))
                || case when status = 'sent' then jsonb_build_object('sent_at', due, 'attempts', 1, 'smtp_reply', '250 2.0.0 Ok: queued')
                    when status = 'failed' then jsonb_build_object('attempts', 1, 'last_error', jsonb_build_object(
                        'stage', 'rcpt_to', 'reply', '550 5.1.1 user unknown', 'hint', 'The address does not exist.', 'permanent', true,
                        'verdict', 'recipient.unknown'))
                    else jsonb_build_object() end,
                client_id, status, null, due, due, due + interval '3 days'
            from (
                select n, (lpad(to_hex((extract(epoch from now() - n * interval '2 seconds') * 1000)::bigint), 12, '0')
                        || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid as id,
                    case when n <= 10000 then 'ten-thousand' when n % 3 = 0 then 'big' else 'client-' || n % 200 end as client_id,
                    case when n <= 10000 or n % 2 = 0 then 'pending' when n % 401 = 1 then 'failed' else 'sent' end as status,
                    case when n <= 10000 or n % 2 = 0 then now() + interval '2 hours' + n * interval '2.6 seconds'
                        else now() - n * interval '2.6 seconds' end as due
                from generate_series(1, {Count.ToString(CultureInfo.InvariantCulture)}) n) made,
                (select data from mail.mt_doc_scheduled_email where id = '{id}') one
            """);
        await ExecuteAsync("vacuum analyze");

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task<HttpClient> SignInAsync(Uri site)
    {
        var browser = new HttpClient(new HttpClientHandler { CookieContainer = new() }) { BaseAddress = site };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var form = new FormUrlEncodedContent([new("key", MailSystem.OperatorKey), new("to", "/check")]);
        using var answer = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return browser;
    }

    // The first ones connect and compile.
    private static async Task<TimeSpan> MedianAsync(HttpClient browser, string path)
    {
        var times = new List<TimeSpan>();
        for (var request = 0; request < Requests + 3; request++)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
            _ = await answer.Content.ReadAsByteArrayAsync();
            Assert.True((int)answer.StatusCode is 200 or 404, $"{path}: {answer.StatusCode}");
            if (request >= 3)
                times.Add(watch.Elapsed);
        }

        return times.Order().ElementAt(times.Count / 2);
    }
}
