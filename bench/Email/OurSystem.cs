using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Bench.Email;

/// <summary>This system: its three services as processes, driven over REST as any caller drives it.</summary>
/// <param name="senders">How many SenderServices.</param>
internal sealed class OurSystem(int senders = 1) : IEmailSubject
{
    internal const string Id = "ours";

    // The most that a request may hold.
    private const int BatchSize = 10_000;
    private const string Key = "the-operators-key-of-the-bench";

    private static readonly string[] _someone = ["someone@customer.example"];

    private readonly List<(string Name, ServiceProcess Service)> _services = [];
    private HttpClient _api = new();
    private string _postgres = "";
    private string _rabbitMq = "";
    private int _smtpPort;

    public string Name => Id;

    public IReadOnlyList<(string Name, int Id)> Processes => [.. _services.Select(each => (each.Name, each.Service.Id))];

    public async Task StartAsync(Servers servers, int smtpPort)
    {
        (_postgres, _rabbitMq, _smtpPort) = (await servers.NewDatabaseAsync(), await servers.NewVirtualHostAsync(), smtpPort);
        await AddAsync("ConfigService");
        await AddAsync("SchedulerService");
        for (var sender = 0; sender < senders; sender++)
            await AddAsync("SenderService");
        Call();
    }

    /// <summary>The part of it that callers know, on a database and a virtual host that are there.</summary>
    internal static async Task<OurSystem> CallersAsync(string postgres, string rabbitMq)
    {
        var system = new OurSystem { _postgres = postgres, _rabbitMq = rabbitMq };
        await system.AddAsync("ConfigService");
        system.Call();
        return system;
    }

    /// <summary>The part of it that works.</summary>
    internal static async Task<OurSystem> WorkersAsync(string postgres, string rabbitMq, int smtpPort)
    {
        var system = new OurSystem { _postgres = postgres, _rabbitMq = rabbitMq, _smtpPort = smtpPort };
        await Task.WhenAll(system.AddAsync("SchedulerService"), system.AddAsync("SenderService"));
        return system;
    }

    private void Call()
    {
        _api = new HttpClient
        {
            BaseAddress = new Uri(_services.First(each => each.Name == "ConfigService").Service.Address, "/api/v1/"),
            Timeout = TimeSpan.FromMinutes(5),
        };
        _api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    /// <summary>Stops each service and starts it again. Returns how long each took until it was ready.</summary>
    internal async Task<IReadOnlyList<(string Name, double Seconds)>> RestartAsync()
    {
        var seconds = new List<(string, double)>();
        foreach (var (name, service) in _services)
        {
            await service.StopAsync();
            await service.DisposeAsync();
            var started = Stopwatch.GetTimestamp();
            await service.StartAsync();
            seconds.Add((name, Stopwatch.GetElapsedTime(started).TotalSeconds));
        }

        return seconds;
    }

    public Task ScheduleAsync(IReadOnlyCollection<PlannedEmail> emails) => ScheduleAsync(emails, "bench");

    /// <summary>Uploads a file. Returns its id.</summary>
    internal async Task<string> UploadAsync(byte[] file)
    {
        using var content = new ByteArrayContent(file);
        using var response = await _api.PostAsync(new Uri("client/bench/attachments", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!;
    }

    /// <summary>Schedules e-mails that carry an uploaded file.</summary>
    internal Task ScheduleWithAsync(
        IReadOnlyCollection<PlannedEmail> emails, string attachment) => PostAsync("bench", emails.Select(email =>
    {
        var item = Item(email, key: null);
        item["attachments"] = new[] { new { id = attachment, filename = "brochure.pdf" } };
        return item;
    }));

    /// <summary>Schedules e-mails of a client, as many in a call as may be.</summary>
    internal Task ScheduleAsync(IReadOnlyCollection<PlannedEmail> emails, string client) => PostAsync(client, emails.Select(Whole));

    public Task<string> ScheduleAsync(PlannedEmail email) => ScheduleAsync(email, "bench");

    /// <summary>Schedules one e-mail of a client. Returns its id.</summary>
    internal async Task<string> ScheduleAsync(PlannedEmail email, string client) =>
        (string)(await SendAsync(HttpMethod.Post, $"client/{client}/scheduled-emails", Whole(email)))["id"]!;

    /// <summary>Gives an e-mail another time.</summary>
    internal Task MoveAsync(string handle, DateTimeOffset due) =>
        SendAsync(HttpMethod.Patch, $"scheduled-emails/{handle}", new { scheduled_datetime = due });

    public async Task<bool> CancelAsync(string handle) =>
        (string)(await SendAsync(HttpMethod.Post, $"scheduled-emails/{handle}/cancel", body: null))["status"]! == "cancelled";

    /// <summary>All of the same short text, which is stored once, a millisecond apart.</summary>
    public Task FillAsync(int count, DateTimeOffset due) => PostAsync("others", Enumerable.Range(0, count).Select(i => new
    {
        to = _someone,
        subject = "See you later",
        text = "See you later",
        scheduled_datetime = due + TimeSpan.FromMilliseconds(i),
    }));

    /// <summary>Saves a client's config. Returns what became of its items.</summary>
    internal Task<JsonNode> SaveAsync(string client, IReadOnlyCollection<PlannedEmail> emails) =>
        SendAsync(
            HttpMethod.Put, $"client/{client}/email-config", new { emails = emails.Select((email, index) => Item(email, $"key-{index}")) });

    /// <summary>A browser, as far as speed goes: signed in at the page as the operator.</summary>
    internal async Task<HttpClient> SignInAsync()
    {
        var browser = new HttpClient { BaseAddress = _api.BaseAddress };
        using var form = new FormUrlEncodedContent([new("key", Key), new("to", "/")]);
        (await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), form)).EnsureSuccessStatusCode();
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        foreach (var (_, service) in _services)
            await service.DisposeAsync();
    }

    private async Task AddAsync(string kind)
    {
        var number = _services.Count(each => each.Name.StartsWith(kind, StringComparison.Ordinal)) + 1;
        var service = ServiceProcess.On(_postgres, _rabbitMq, kind, new(StringComparer.Ordinal)
        {
            ["API_KEY"] = Key,
            ["INSTANCE_NAME"] = $"{kind}-{number}",
            ["SMTP_HOST"] = "127.0.0.1",
            ["SMTP_PORT"] = $"{_smtpPort}",
            ["SMTP_USE_TLS"] = "false",
            ["SMTP_ALLOW_PLAINTEXT"] = "true",
            ["SMTP_AUTH"] = "none",
            ["SMTP_FROM_EMAIL"] = Letter.From,
        });
        _services.Add((number == 1 ? kind : $"{kind} {number}", service));
        await service.StartAsync();
    }

    private async Task PostAsync(string client, IEnumerable<object> emails)
    {
        foreach (var part in emails.Chunk(BatchSize))
            await SendAsync(HttpMethod.Post, $"client/{client}/scheduled-emails/batch", new { emails = part });
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        using var response = await _api.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(answer)!
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {answer}");
    }

    private static object Whole(PlannedEmail email) => Item(email, key: null);

    private static Dictionary<string, object> Item(PlannedEmail email, string? key)
    {
        var item = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["to"] = new[] { email.Letter.To },
            ["subject"] = email.Letter.Subject,
            ["text"] = email.Letter.Text,
            ["html"] = email.Letter.Html,
            ["headers"] = new Dictionary<string, string>(StringComparer.Ordinal) { [Letter.IdHeader] = email.Id },
            ["scheduled_datetime"] = email.Due,
        };
        if (key is not null)
            item["key"] = key;
        return item;
    }
}
