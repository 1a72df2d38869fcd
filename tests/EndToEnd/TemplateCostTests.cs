using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// What templates cost: ten thousand e-mails in one save, beside the same that are written out; and what waits in large numbers.
/// </summary>
[Collection(SharedSystemTests.Name)]
public sealed class TemplateCostTests(SharedSystem system, ITestOutputHelper output)
{
    private const string Paragraph = "<p>Thank you for your order, it is on its way to you and will be there before you know it.</p>";

    private readonly Api _api = system.Mail.Api;

    // A measurement, of which the processors may not be needed elsewhere.
    [Fact]
    [Long]
    public async Task Ten_thousand_items_of_one_template_cost_at_most_twice_what_written_ones_cost()
    {
        var (written, rendered) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < 2; round++)
        {
            written = Least(written, await SaveAsync(number => new()
            {
                ["subject"] = $"Order {number}",
                ["html"] = $"<h1>Hello Ada {number}</h1>{string.Concat(Enumerable.Repeat(Paragraph, 5))}<p>{number}</p>",
                ["text"] = $"Hello Ada {number}",
            }));
            rendered = Least(rendered, await SaveAsync(number => new()
            {
                ["template"] = new JsonObject
                {
                    ["name"] = "order",
                    ["data"] = new JsonObject { ["name"] = $"Ada {number}", ["number"] = number },
                },
            }));
        }

        output.WriteLine($"written {written.TotalSeconds:0.00} s, rendered {rendered.TotalSeconds:0.00} s");
        Assert.InRange(rendered / written, 0, 2);
    }

    [Fact]
    public async Task A_thousand_that_wait_are_left_by_an_edit_and_changed_by_an_apply_as_its_dry_run_said()
    {
        var client = SharedSystemTests.NewClient();
        await SaveTemplateAsync(client, "Order {{ number }}");
        await SaveAsync(
            client, 1000,
            number => new()
            {
                ["template"] = new JsonObject { ["name"] = "order", ["data"] = new JsonObject { ["name"] = "Ada", ["number"] = number } },
            });
        var before = await _api.ListAsync($"client/{client}/scheduled-emails?status=pending");
        await SaveTemplateAsync(client, "{% if number > 500 %}Your order{% else %}Order{% endif %} {{ number }}");
        Assert.Equal(before.Select(Said), (await _api.ListAsync($"client/{client}/scheduled-emails?status=pending")).Select(Said));

        var plan = (await _api.PostAsync($"client/{client}/templates/order/apply", JsonNode.Parse("""{"dry_run":true}""")))
            .Expect(HttpStatusCode.OK).Json;
        var started = Stopwatch.GetTimestamp();
        var applied = (await _api.PostAsync($"client/{client}/templates/order/apply")).Expect(HttpStatusCode.OK).Json;
        output.WriteLine($"applied to 1,000 in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");
        Assert.Equal(plan["emails"]!.AsArray().Select(Planned), applied["emails"]!.AsArray().Select(Planned));
        Assert.Equal((500, 500), ((int)applied["changes"]!["kept"]!, (int)applied["changes"]!["superseded"]!));
        var after = await _api.ListAsync($"client/{client}/scheduled-emails?status=pending");
        Assert.Equal(1000, after.Count);
        Assert.Equal(500, after.Count(email => ((string)email["subject"]!).StartsWith("Your", StringComparison.Ordinal)));
        Assert.Equal(500, after.Select(Said).Intersect(before.Select(Said)).Count());

        static string Said(JsonNode email) => $"{email["id"]} {email["subject"]}";
        static string Planned(JsonNode? email) => $"{email!["key"]} {email["action"]} {email["supersedes"]}";
    }

    [Fact]
    public async Task A_version_applied_while_emails_are_being_sent_leaves_each_of_them_whole_and_sends_it_once()
    {
        const int Emails = 400, Versions = 8;
        var client = SharedSystemTests.NewClient();
        await SaveVersionAsync(1);
        var first = Api.In(TimeSpan.FromSeconds(3));
        var config = Api.Config(Enumerable.Range(0, Emails).Select(number => new JsonObject
        {
            ["key"] = $"order-{number}",
            ["to"] = new JsonArray($"{number}@{client}.example"),
            ["scheduled_datetime"] = Api.Time(first + TimeSpan.FromMilliseconds(number * 25)),
            ["template"] = new JsonObject { ["name"] = "order", ["data"] = new JsonObject { ["number"] = number } },
        }));
        (await _api.PutAsync($"client/{client}/email-config", config)).Expect(HttpStatusCode.OK);
        await Deadline.UntilAsync(() => Task.FromResult(Received().Count), received => received > 0);
        for (var version = 2; version <= Versions; version++)
        {
            await SaveVersionAsync(version);
            (await _api.PostAsync($"client/{client}/templates/order/apply")).Expect(HttpStatusCode.OK);
        }

        await _api.SettledAsync(client);
        var received = Received();
        Assert.Equal(Emails, received.Count);
        Assert.Equal(Emails, received.SelectMany(message => message.To).Distinct().Count());
        Assert.All(received, message => Assert.Single(
            Enumerable.Range(1, Versions), version => message.Text.Contains($"Subject: version {version}\r\n", StringComparison.Ordinal)
                && message.Text.Contains($"text of version {version}\r\n", StringComparison.Ordinal)
                && message.Text.Contains($"<p>version {version}</p>", StringComparison.Ordinal)));
        Assert.Contains(received, message => message.Text.Contains("Subject: version 1\r\n", StringComparison.Ordinal));
        Assert.Contains(received, message => !message.Text.Contains("Subject: version 1\r\n", StringComparison.Ordinal));

        List<ReceivedEmail> Received() =>
            [.. system.Mail.Smtp.Received.Where(message => message.To[0].EndsWith($"@{client}.example", StringComparison.Ordinal))];

        async Task SaveVersionAsync(int version) => (await _api.PutAsync($"client/{client}/templates/order", new JsonObject
        {
            ["subject"] = $"version {version}",
            ["text"] = $"text of version {version}\n",
            ["html"] = $"<p>version {version}</p>{{% comment %}}{{{{ number }}}}{{% endcomment %}}{{% if number %}}{{% endif %}}",
        })).Expect(HttpStatusCode.OK);
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async Task<TimeSpan> SaveAsync(Func<int, JsonObject> content)
    {
        var client = SharedSystemTests.NewClient();
        await SaveTemplateAsync(client, "Order {{ number }}");
        return await SaveAsync(client, 10_000, content);
    }

    private async Task SaveTemplateAsync(
        string client, string subject) => (await _api.PutAsync($"client/{client}/templates/order", new JsonObject
    {
        ["subject"] = subject,
        ["html"] = $"<h1>Hello {{{{ name }}}}</h1>{string.Concat(Enumerable.Repeat(Paragraph, 5))}<p>{{{{ number }}}}</p>",
        ["text"] = "Hello {{ name }}",
    })).Expect(HttpStatusCode.OK);

    private async Task<TimeSpan> SaveAsync(string client, int count, Func<int, JsonObject> content)
    {
        var due = Api.Time(Api.In(TimeSpan.FromDays(1)));
        var config = new JsonObject
        {
            ["emails"] = new JsonArray([.. Enumerable.Range(1, count).Select(number =>
            {
                var item = content(number);
                item["key"] = number.ToString(CultureInfo.InvariantCulture);
                item["to"] = new JsonArray("ada@example.com");
                item["scheduled_datetime"] = due;
                return (JsonNode)item;
            })]),
        };
        var started = Stopwatch.GetTimestamp();
        (await _api.PutAsync($"client/{client}/email-config", config)).Expect(HttpStatusCode.OK);
        return Stopwatch.GetElapsedTime(started);
    }
}
