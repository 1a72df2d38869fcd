using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Mail.Tests.Fixtures;

/// <summary>The REST API as a caller has it: HTTP and JSON, nothing of the services' own types.</summary>
public sealed class Api : IDisposable
{
    private readonly HttpClient _client;

    public Api(Uri address, string? key, TimeSpan? patience = null)
    {
        _client = new HttpClient { BaseAddress = new Uri(address, "/api/v1/"), Timeout = patience ?? TimeSpan.FromSeconds(60) };
        if (key is not null)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>An answer, read to its end.</summary>
    public sealed record Answer(HttpStatusCode Status, HttpResponseHeaders Headers, string? ContentType, string Text)
    {
        public JsonNode Json => JsonNode.Parse(Text) ?? throw new InvalidOperationException($"No JSON: {Text}");

        public string Code => (string)Json["code"]!;

        public override string ToString() => $"{(int)Status} {Text}";

        /// <summary>The answer, where it has this status; else the failure shows it.</summary>
        public Answer Expect(HttpStatusCode status) =>
            Status == status ? this : throw new InvalidOperationException($"Expected {(int)status}, got {this}");
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PutAsync(string path, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, body, headers);

    public Task<Answer> PostAsync(string path, JsonNode? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, headers);

    public Task<Answer> PatchAsync(string path, JsonNode body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Answer> SendAsync(HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), headers);

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute)) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request);
        return new(
            response.StatusCode, response.Headers, response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync());
    }

    /// <summary>The e-mail, once it stands so.</summary>
    public async Task<JsonNode> EmailAsync(string id, string status, TimeSpan? within = null) =>
        (await Deadline.UntilAsync(
            () => GetAsync($"scheduled-emails/{id}"),
            answer => answer.Status == HttpStatusCode.OK && (string)answer.Json["status"]! == status,
            within)).Json;

    /// <summary>All of a list, page after page.</summary>
    public async Task<IReadOnlyList<JsonNode>> ListAsync(string path)
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = (await GetAsync(
                $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}"
                + $"limit=500{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}"))
                .Expect(HttpStatusCode.OK).Json;
            all.AddRange(page["items"]!.AsArray()!);
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>A client's e-mails, once none of them is on its way any more.</summary>
    public async Task<IReadOnlyList<JsonNode>> SettledAsync(string client)
    {
        await Deadline.UntilAsync(
            () => GetAsync($"client/{client}/scheduled-emails?status=pending&status=sending&limit=1"),
            page => page.Json["items"]!.AsArray().Count == 0,
            Deadline.Sweep);
        return await ListAsync($"client/{client}/scheduled-emails");
    }

    /// <summary>An e-mail as a config holds it.</summary>
    public static JsonObject Item(
        string? key, DateTimeOffset due, string to = "ada@example.com", string subject = "Hello", string text = "Hello Ada")
    {
        var item = new JsonObject
        {
            ["to"] = new JsonArray(to),
            ["subject"] = subject,
            ["text"] = text,
            ["scheduled_datetime"] = Time(due),
        };
        if (key is not null)
            item["key"] = key;
        return item;
    }

    public static JsonObject Config(params IEnumerable<JsonObject> items) =>
        new() { ["emails"] = new JsonArray([.. items.Select(item => (JsonNode)item.DeepClone())]) };

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset In(TimeSpan span) => TimeProvider.System.GetUtcNow() + span;
}
