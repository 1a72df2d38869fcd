using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Local.Processes;
using Mail.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Mail.Tests.EndToEnd.Events;

/// <summary>An endpoint of a client's, which keeps what it is told.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> _received = new();
    private WebServer? _server;

    private WebhookReceiver(Func<Received, int> answer) => Answer = answer;

    /// <summary>What came: the headers of Standard Webhooks and the body, byte for byte.</summary>
    internal sealed record Received(string Id, string Timestamp, string Signature, string Body, DateTimeOffset At)
    {
        internal JsonNode Json => JsonNode.Parse(Body)!;

        internal string Type => (string)Json["type"]!;
    }

    internal Uri Address { get; } = new($"http://127.0.0.1:{FreePorts.Find(1)[0]}/events");

    /// <summary>The status to answer with.</summary>
    internal Func<Received, int> Answer { get; set; }

    internal IReadOnlyList<Received> All => [.. _received];

    internal static async Task<WebhookReceiver> StartAsync(Func<Received, int>? answer = null)
    {
        var receiver = new WebhookReceiver(answer ?? (_ => StatusCodes.Status200OK));
        receiver._server = await WebServer.StartAsync(new(receiver.Address.GetLeftPart(UriPartial.Authority)), receiver.HandleAsync);
        return receiver;
    }

    internal Task<IReadOnlyList<Received>> UntilAsync(Func<IReadOnlyList<Received>, bool> done, TimeSpan? within = null) =>
        Deadline.UntilAsync(() => Task.FromResult(All), done, within);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var received = new Received(
            context.Request.Headers["webhook-id"].ToString(), context.Request.Headers["webhook-timestamp"].ToString(),
            context.Request.Headers["webhook-signature"].ToString(), await reader.ReadToEndAsync(), TimeProvider.System.GetUtcNow());
        _received.Enqueue(received);
        context.Response.StatusCode = Answer(received);
        await context.Response.WriteAsync("noted");
    }
}
