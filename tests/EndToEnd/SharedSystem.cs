using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>One system with two of each service, for the classes that only need it to be there. Each test is a client of its own.</summary>
public sealed class SharedSystem(TestServers servers) : IAsyncLifetime
{
    /// <summary>The key for the metrics of its services.</summary>
    public const string MetricsKey = "the-scrapers-key-of-these-tests";

    public MailSystem Mail { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Mail = await MailSystem.StartAsync(servers, ofEach: 2, environmentOf: WebhookKeys.Of, environment: ("METRICS_KEY", MetricsKey));

    public async ValueTask DisposeAsync()
    {
        if (Mail is not null)
            await Mail.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedSystemTests : ICollectionFixture<SharedSystem>
{
    public const string Name = "Shared system";

    private static int _clients;

    /// <summary>A client that no other test has.</summary>
    public static string NewClient() => $"client-{Interlocked.Increment(ref _clients)}";
}
