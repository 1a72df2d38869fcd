using System.Diagnostics.CodeAnalysis;
using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.Store;

namespace Mail.ConfigService.Webhooks;

/// <summary>A webhook, and how it goes.</summary>
[Example(Json)]
public record WebhookView
{
    internal const string Json = """
        {"id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","url":"https://shop.example.com/mail-events","types":["email.sent","email.failed"],
         "description":"The shop","state":"enabled","disabled_reason":null,"created_at":"2026-11-24T15:12:09.310Z","disabled_at":null,
         "failing_since":null,"last_success_at":"2026-11-24T15:12:11.020Z",
         "last_attempt":{"at":"2026-11-24T15:12:11.020Z","status":200,"error":null,"answer":"ok"}}
        """;

    [SetsRequiredMembers]
    internal WebhookView(Webhook webhook, Caller caller)
    {
        (Id, Url, Types, Description) = (webhook.Id, webhook.Url, webhook.Types, webhook.Description);
        State = StateOf(webhook);
        (DisabledAt, DisabledReason) = (webhook.DisabledAt, webhook.DisabledReason);
        (CreatedAt, FailingSince, LastSuccessAt) = (webhook.CreatedAt, webhook.FailingSince, webhook.SucceededAt);
        // What an endpoint answers is its client's, and may be as private as a log.
        LastAttempt = webhook.Last is { } last
            ? new(last.At, last.Status, last.Error, caller.ClientId == webhook.ClientId ? last.Answer : null)
            : null;
    }

    /// <summary>By which it is named.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where to.</summary>
    public required string Url { get; init; }

    /// <summary>What it is told of; empty for everything.</summary>
    [ClientEventType]
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>How it goes.</summary>
    [WebhookState]
    public required string State { get; init; }

    /// <summary><c>gone</c>: it answered 410. <c>no_success_for_5_days</c>. Null where it is not disabled.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was disabled.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>The first failure since the last success.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When it last answered 2xx.</summary>
    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>The last try; null before the first.</summary>
    public WebhookAttemptView? LastAttempt { get; init; }

    /// <summary>One of <see cref="WebhookState"/>.</summary>
    internal static string StateOf(Webhook webhook) =>
        webhook.DisabledAt is not null ? WebhookState.Disabled
        : webhook.FailingSince is not null ? WebhookState.Failing
        : WebhookState.Enabled;
}

/// <summary>A try to deliver.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Status">The HTTP status; null where there was no answer.</param>
/// <param name="Error">What went wrong; null for a success.</param>
/// <param name="Answer">The first 4 KiB of the answer; for the client's own keys.</param>
public sealed record WebhookAttemptView(DateTimeOffset At, int? Status, string? Error, string? Answer);

/// <summary>A client's webhooks.</summary>
/// <param name="Items">The webhooks, the oldest first.</param>
[Example("""{"items":[]}""")]
internal sealed record WebhookList(IReadOnlyList<WebhookView> Items);

/// <summary>A webhook with its secret, which is shown this once.</summary>
[Example("""
    {"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwq5VZ1kGkQq0=","id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01",
     "url":"https://shop.example.com/mail-events","types":[],"description":null,"state":"enabled","disabled_reason":null,
     "created_at":"2026-11-24T15:12:09.310Z","disabled_at":null,"failing_since":null,"last_success_at":null,"last_attempt":null}
    """)]
internal sealed record WebhookWithSecret : WebhookView
{
    [SetsRequiredMembers]
    internal WebhookWithSecret(Webhook webhook, Caller caller, string secret)
        : base(webhook, caller) => Secret = secret;

    /// <summary>What deliveries are signed with (Standard Webhooks 1.0). Only senders can read it again.</summary>
    public required string Secret { get; init; }
}

/// <summary>How a webhook goes.</summary>
internal static class WebhookState
{
    internal const string Enabled = "enabled";
    internal const string Failing = "failing";
    internal const string Disabled = "disabled";
}

/// <summary>A field that says how a webhook goes.</summary>
internal sealed class WebhookStateAttribute() : WordsAttribute(
    "`enabled`: it is told. `failing`: the last try failed; others follow. `disabled`: it is told nothing until it is enabled again.",
    WebhookState.Enabled, WebhookState.Failing, WebhookState.Disabled);
