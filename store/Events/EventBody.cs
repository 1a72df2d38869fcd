using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mail.Store;

/// <summary>
/// An event as webhooks get it (Standard Webhooks 1.0): <c>type</c>, <c>timestamp</c> and <c>data</c>, the same bytes each time.
/// </summary>
public static class EventBody
{
    /// <summary>The type of what a client asks for to see whether its webhook works. It is in no feed.</summary>
    public const string Test = "webhook.test";

    private static readonly JsonSerializerOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The body of an event.</summary>
    public static string Write(FeedEvent of) => Write(of.Type, of.Position.At, of.Data());

    /// <summary>The body of a test.</summary>
    public static string OfTest(Guid webhook, DateTimeOffset at) => Write(Test, at, new()
    {
        ["email_id"] = null,
        ["key"] = null,
        ["status"] = null,
        ["reason"] = null,
        ["sequence"] = 0,
        ["webhook_id"] = webhook.ToString(),
    });

    private static string Write(string type, DateTimeOffset at, JsonObject data) =>
        new JsonObject { ["type"] = type, ["timestamp"] = FeedEvent.Format(at), ["data"] = data }.ToJsonString(_options);
}
