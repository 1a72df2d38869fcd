using System.Net;
using System.Text.Json.Nodes;
using Mail.Local.Processes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Page;

/// <summary>One real system, for all tests of the page. Each test has clients and recipients of its own.</summary>
public sealed class PageSystem(TestServers servers) : IAsyncLifetime
{
    private static int _clients;

    public MailSystem Mail { get; private set; } = null!;

    public Api Api => Mail.Api;

    public Uri Site => Mail.ConfigServices[0].Address;

    /// <summary>The one site that browsers may call the API from.</summary>
    public Uri Allowed { get; } = new($"http://127.0.0.1:{FreePorts.Find(1)[0]}");

    public async ValueTask InitializeAsync() =>
        Mail = await MailSystem.StartAsync(
            servers, environmentOf: WebhookKeys.Of, environment: ("API_ALLOWED_ORIGINS", Allowed.GetLeftPart(UriPartial.Authority)));

    public async ValueTask DisposeAsync()
    {
        if (Mail is not null)
            await Mail.DisposeAsync();
    }

    /// <summary>A client that no other test has.</summary>
    public static string NewClient() => $"client-{Interlocked.Increment(ref _clients)}";

    /// <summary>A single e-mail, and its id; due in an hour where nothing else is said.</summary>
    public async Task<string> CreateAsync(
        string client, string to = "ada@example.com", string subject = "Hello", string text = "Hello Ada", string? html = null,
        TimeSpan? due = null)
    {
        var email = Api.Item(key: null, Api.In(due ?? TimeSpan.FromHours(1)), to, subject, text);
        if (html is not null)
            email["html"] = html;
        return (string)(await Api.PostAsync($"client/{client}/scheduled-emails", email)).Expect(HttpStatusCode.Created).Json["id"]!;
    }

    /// <summary>An e-mail that the server refused with these words.</summary>
    public async Task<string> CreateFailedAsync(string client, string to, string reply, string subject = "Refused")
    {
        Mail.Smtp.ButFor(to, reply);
        var id = await CreateAsync(client, to, subject, due: TimeSpan.Zero);
        await Api.EmailAsync(id, "failed");
        return id;
    }

    /// <summary>An e-mail that the server may or may not have.</summary>
    public async Task<string> CreateUnknownAsync(string client, string to, string subject = "In doubt")
    {
        Mail.Smtp.ButFor(to, Reaction.Reset, Step.Kept);
        var id = await CreateAsync(client, to, subject, due: TimeSpan.Zero);
        await Api.EmailAsync(id, "unknown");
        return id;
    }

    public async Task<string> NewKeyAsync(string client, string name = "shop") =>
        (string)(await Api.PostAsync($"client/{client}/api-keys", new JsonObject { ["name"] = name }))
            .Expect(HttpStatusCode.Created).Json["key"]!;
}

[CollectionDefinition(Name)]
public sealed class PageTests : ICollectionFixture<PageSystem>
{
    public const string Name = "The page";
}
