using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Chaos;

/// <summary>
/// One client's application: saves and changes its config, schedules single e-mails, cancels, moves and resends, and writes
/// down what it was told. An answer that does not come says nothing: only what may be repeated safely is repeated.
/// </summary>
internal sealed class Caller(string client, IReadOnlyList<Uri> apis, CallersLedger ledger, Random random) : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _furthest = TimeSpan.FromSeconds(40);
    private const int MostItems = 60;

    private readonly List<Api> _apis = [.. apis.Select(api => new Api(api, AttackedSystem.OperatorKey, _patience))];
    private readonly Dictionary<string, JsonObject> _config = new(StringComparer.Ordinal);
    private readonly List<string> _singles = [];
    private int _made;

    /// <summary>Goes on until it is told to stop.</summary>
    public async Task RunAsync(double emailsPerSecond, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var made = _made;
            try
            {
                await (random.Next(8) switch
                {
                    0 or 1 or 2 => SaveAsync(),
                    3 => CreateBatchAsync(),
                    4 => CancelAsync(),
                    5 => MoveAsync(),
                    6 => ResendAsync(),
                    _ => CreateAsync(),
                });
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException or Unanswered)
            {
                // Nothing was told.
            }

            await Task.Delay(TimeSpan.FromSeconds((_made - made + 0.2) / emailsPerSecond), stopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _apis.ForEach(api => api.Dispose());

    /// <summary>A 5xx: the request may or may not have been carried out.</summary>
    private sealed class Unanswered : Exception;

    private Api AnyApi => _apis[random.Next(_apis.Count)];

    private async Task SaveAsync()
    {
        foreach (var key in _config.Keys.ToList())
        {
            // Some go, some get another subject, and with it another time; most stay.
            if (random.Next(100) == 0 || (_config.Count > MostItems && random.Next(4) == 0))
                _config.Remove(key);
            else if (random.Next(100) == 0)
                _config[key] = Item(key);
        }

        for (var count = random.Next(1, 6); count > 0; count--)
        {
            var key = $"item-{++_made}";
            _config[key] = Item(key);
        }

        var keys = _config.Keys.ToList();
        var answer = await AskAsync(() => AnyApi.PutAsync($"client/{client}/email-config", Api.Config(_config.Values)));
        if (answer.Status == HttpStatusCode.UnprocessableEntity && answer.Code == "already_sent")
        {
            // A change whose answer was lost had not been made, and meanwhile its e-mail was sent.
            foreach (var (pointer, _) in answer.Json["errors"]!.AsObject())
                _config.Remove(keys[int.Parse(pointer.Split('/')[2], CultureInfo.InvariantCulture)]);
            return;
        }

        answer.Expect(HttpStatusCode.OK);
        foreach (var email in answer.Json["emails"]!.AsArray())
        {
            ledger.Add((string)email!["id"]!, Told.Created, $"save {answer.Json["revision"]}");
            if (email["supersedes"] is { } old && (string)email["action"]! == "superseded")
                ledger.Add((string)old!, Told.Cancelled, $"save {answer.Json["revision"]}, superseded");
        }

        foreach (var email in answer.Json["removed"]!.AsArray().Where(email => (string)email!["status"]! == "cancelled"))
            ledger.Add((string)email!["id"]!, Told.Cancelled, $"save {answer.Json["revision"]}, removed");
    }

    private async Task CreateAsync()
    {
        var answer = await CreateAsync("scheduled-emails", Item(null));
        Remember((string)answer["id"]!, "create");
    }

    private async Task CreateBatchAsync()
    {
        var answer = await CreateAsync(
            "scheduled-emails/batch", Api.Config(Enumerable.Range(0, random.Next(2, 8)).Select(_ => Item(null))));
        foreach (var email in answer["items"]!.AsArray())
            Remember((string)email!["id"]!, "batch");
    }

    /// <summary>With an idempotency key, so that it may be asked again until there is an answer.</summary>
    private async Task<JsonNode> CreateAsync(string path, JsonObject body)
    {
        var key = $"{client}-{random.NextInt64()}";
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await AskAsync(() => AnyApi.PostAsync($"client/{client}/{path}", body.DeepClone(), ("Idempotency-Key", key)));
                if (answer.Status == HttpStatusCode.Created)
                    return answer.Json;
                if (answer.Status != HttpStatusCode.Conflict || answer.Code != "idempotency_in_progress")
                    throw new InvalidOperationException($"An e-mail was refused: {answer}");
            }
            catch (Exception exception)
                when (attempt < 10 && exception is HttpRequestException or OperationCanceledException or IOException or Unanswered)
            {
                // Again, with the same key.
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private async Task CancelAsync()
    {
        if (AnySingle() is not { } id)
            return;
        var answer = await AskAsync(() => AnyApi.PostAsync($"scheduled-emails/{id}/cancel"));
        if (answer.Status == HttpStatusCode.OK)
            ledger.Add(id, Told.Cancelled, "cancel");
    }

    private async Task MoveAsync()
    {
        if (AnySingle() is not { } id)
            return;
        var answer = random.Next(3) == 0
            ? await AskAsync(() => AnyApi.PostAsync($"scheduled-emails/{id}/send-now"))
            : await AskAsync(
                () => AnyApi.PatchAsync($"scheduled-emails/{id}", new JsonObject { ["scheduled_datetime"] = Api.Time(Due()) }));
        if (answer.Status == HttpStatusCode.OK)
            ledger.Add(id, Told.Moved, $"move to {answer.Json["scheduled_datetime"]}");
    }

    private async Task ResendAsync()
    {
        var answer = await AskAsync(() => AnyApi.GetAsync($"client/{client}/scheduled-emails?status=unknown&status=failed&limit=20"));
        if (answer.Json["items"]!.AsArray() is not { Count: > 0 } items)
            return;
        var again = await AskAsync(() => AnyApi.PostAsync($"scheduled-emails/{items[random.Next(items.Count)]!["id"]}/resend"));
        if (again.Status == HttpStatusCode.Created)
            ledger.Add((string)again.Json["id"]!, Told.Created, "resend");
    }

    private static async Task<Api.Answer> AskAsync(Func<Task<Api.Answer>> ask)
    {
        var answer = await ask();
        return (int)answer.Status < 500 ? answer : throw new Unanswered();
    }

    private void Remember(string id, string call)
    {
        _made++;
        _singles.Add(id);
        ledger.Add(id, Told.Created, call);
    }

    // Mostly a young one, which still has its time before it.
    private string? AnySingle() => _singles.Count == 0 ? null : _singles[^(1 + random.Next(Math.Min(_singles.Count, 30)))];

    private JsonObject Item(string? key) =>
        Api.Item(key, Due(), to: $"{client}@example.com", subject: $"Number {random.Next()}", text: $"Text {random.Next(5)}");

    private DateTimeOffset Due() => Api.In(_furthest * random.NextDouble());
}
