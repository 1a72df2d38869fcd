using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>Bodies, queries and headers that nobody sends in good faith: a problem each, and never a 500.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class HostileBodiesTests(SharedSystem system)
{
    private static readonly string[] _fields =
    [
        "emails", "key", "to", "cc", "bcc", "reply_to", "subject", "text", "html", "headers", "scheduled_datetime", "send_before", "name",
        "reason", "~/\u0000", "",
    ];

    private static readonly string[] _strings =
    [
        "", " ", "a", "ada@example.com", "Ada <ada@example.com>", "a@b", "@", "a@", "@b", "a@b@c", "<>", "\"", "a@[127.0.0.1]",
        "a@\u00fc.example", "\u00fc@example.com", "undisclosed:;", "a@b,c@d", "(c)a@b", "a@b\r\nBcc: c@d",
        "a@" + "x.example".PadLeft(300, 'y'), "\u0000", "\ufeff", "\u202e", "\U0001F4E7", "\ud83d", "2026-12-01T09:00:00Z",
        "2026-12-01T09:00:00", "9999-12-31T23:59:59.9999999Z", "0000-00-00T00:00:00Z", "2030-06-30T23:59:60Z", "9999-12-31T23:59:59-23:59",
        "null", "1e400", "'; drop table x; --", "{\"$type\":\"x\"}", "=?utf-8?q?=00?=", "=?x?b?AAAA?=", new string('x', 1000),
        new string('\u00e9', 70_000),
    ];

    private static readonly Gen<JsonNode?> _scalar = Gen.OneOf(
        Gen.Int[0, _strings.Length - 1].Select(index => (JsonNode?)JsonValue.Create(_strings[index])),
        Gen.String.Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Long.Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(truth => (JsonNode?)JsonValue.Create(truth)),
        Gen.Const((JsonNode?)null));

    private static Gen<JsonNode?> Node(int depth) => depth == 0
        ? _scalar
        : Gen.Frequency(
            (3, _scalar),
            (2, Node(depth - 1).Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())]))),
            (4, Gen.Select(
                Gen.Int[0, _fields.Length - 1], Node(depth - 1), (index, value) => (Name: _fields[index], Value: value)).Array[0, 6]
                .Select(fields => (JsonNode?)new JsonObject(
                    fields.DistinctBy(field => field.Name).Select(field => KeyValuePair.Create(field.Name, field.Value?.DeepClone()))))));

    /// <summary>A body that is right, but for one generated field: past the outer rules, into the inner ones.</summary>
    private static readonly Gen<JsonNode?> _almostRight = Gen.Select(Gen.Int[0, _fields.Length - 1], Node(2), (index, value) =>
    {
        var email = Api.Item("k", Api.In(TimeSpan.FromHours(1)));
        email[_fields[index]] = value?.DeepClone();
        return (JsonNode?)Api.Config(email);
    });

    private readonly Api _api = system.Mail.Api;
    private readonly string _client = SharedSystemTests.NewClient();

    [Fact]
    public async Task A_generated_body_is_never_answered_with_a_500()
    {
        var targets = new[]
        {
            (HttpMethod.Put, $"client/{_client}/email-config?dry_run=true"), (HttpMethod.Put, $"client/{_client}/email-config"),
            (HttpMethod.Post, $"client/{_client}/scheduled-emails"), (HttpMethod.Post, $"client/{_client}/scheduled-emails/batch"),
            (HttpMethod.Post, $"client/{_client}/api-keys"), (HttpMethod.Post, $"client/{_client}/hold"),
            (HttpMethod.Patch, $"scheduled-emails/{Guid.CreateVersion7()}"),
            (HttpMethod.Post, $"scheduled-emails/{Guid.CreateVersion7()}/cancel"),
        };
        await Gen.Select(Gen.Int[0, targets.Length - 1], Gen.Frequency((1, Node(4)), (2, _almostRight))).SampleAsync(
            async (index, body) =>
            {
                using var content = new StringContent(body?.ToJsonString() ?? "null", Encoding.UTF8, "application/json");
                await NeverA500Async(targets[index].Item1, targets[index].Item2, content);
            },
            iter: 600, threads: 4);
        (await _api.PostAsync($"client/{_client}/release")).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Generated_bytes_are_never_answered_with_a_500() =>
        await Gen.Byte.Array[0, 200].SampleAsync(
            async bytes =>
            {
                using var content = new ByteArrayContent([.. "{\"emails\":["u8, .. bytes]);
                content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
                await NeverA500Async(HttpMethod.Put, $"client/{_client}/email-config", content);
            },
            iter: 200, threads: 4);

    [Fact]
    public async Task Generated_queries_ids_and_headers_are_never_answered_with_a_500() =>
        await Gen.Select(Gen.Int[0, _strings.Length - 1], Gen.Int[0, 7]).SampleAsync(
            async (index, place) =>
            {
                var text = Uri.EscapeDataString(_strings[index].Length > 2000
                    ? _strings[index][..2000]
                    : _strings[index].Replace("\ud83d", "", StringComparison.Ordinal));
                var path = place switch
                {
                    0 => $"client/{text}/email-config",
                    1 => $"scheduled-emails/{text}",
                    2 => $"client/{_client}/scheduled-emails?cursor={text}",
                    3 => $"client/{_client}/scheduled-emails?key={text}",
                    4 => $"client/{_client}/scheduled-emails?due_from={text}&due_to={text}",
                    5 => $"client/{_client}/scheduled-emails?status={text}&limit={text}",
                    6 => $"client/{_client}/email-config/revisions?{text}={text}",
                    _ => $"client/{_client}/email-config",
                };
                await NeverA500Async(
                    HttpMethod.Get, path, content: null, ("If-Match", text), ("X-Request-Id", text), ("Idempotency-Key", text));
            },
            iter: 300, threads: 4);

    private async Task NeverA500Async(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        var answer = await _api.SendAsync(method, path, content, headers);
        Assert.True((int)answer.Status < 500, $"{method} {path}: {answer}");
        if ((int)answer.Status >= 400 && answer.Text.Length > 0)
            Assert.Equal("application/problem+json", answer.ContentType);
    }
}
