using Mail.ConfigService.Access;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Status;

/// <summary><c>GET /test-email/config</c>: what the senders have, without secrets.</summary>
public static class GetTestConfig
{
    internal static void Map(RouteGroupBuilder api) => api.MapGet("/test-email/config", HandleAsync).OperatorOnly()
        .WithName("GetTestConfig").Answers<TestConfig>();

    /// <summary>What do the senders have?</summary>
    /// <remarks>Their settings without secrets, taken from the sender last seen, and how each live sender stands.</remarks>
    /// <response code="200">The senders' settings.</response>
    internal static Task<TestConfig> HandleAsync(HttpContext context, UnitOfWork unit)
    {
        _ = new Query(context).Checked();
        return RunAsync(unit, tellsHold: true, context.RequestAborted);
    }

    /// <param name="unit">Reads it.</param>
    /// <param name="tellsHold">Whether the hint tells of a hold on everything, or that is shown otherwise.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal static async Task<TestConfig> RunAsync(UnitOfWork unit, bool tellsHold, CancellationToken cancellationToken)
    {
        var (live, last, conditions) = await unit.ConnectAsync(
            async connection => (
                await LiveSenders.LoadAsync(connection, cancellationToken),
                await LiveSenders.LastSeenAsync(connection, cancellationToken),
                await SendingConditions.ReadAsync(connection, cancellationToken)),
            cancellationToken);
        var status = SendingStatus.From([.. live.Select(each => each.Sender)], tellsHold ? conditions.Everything : null);
        return new(
            status.Configured, status.Missing, status.Invalid ?? new Dictionary<string, string>(StringComparer.Ordinal), status.Hint,
            last?.Sender.Variables ?? new Dictionary<string, bool>(StringComparer.Ordinal), last?.Sender.Effective,
            [.. live.Select(each => new SenderView(
                each.Sender.Instance, each.Sender.Configured, each.Sender.Missing, each.Sender.Invalid,
                each.LastSeen, each.Sender.State, each.Sender.Reason, each.Sender.Hint))]);
    }
}

/// <summary>What the senders have, without secrets.</summary>
/// <param name="Configured">As <c>GET /email-status</c> says it.</param>
/// <param name="Missing">The environment variables that any live sender lacks.</param>
/// <param name="Invalid">The environment variables that a live sender can't use, each with what is wrong with it.</param>
/// <param name="Hint">What to do about it; null where nothing is to do.</param>
/// <param name="Variables">Each SMTP variable of the sender last seen: true where it is set. Never its value.</param>
/// <param name="Effective">What the settings of the sender last seen come to.</param>
/// <param name="Senders">Each sender that was heard from in the last 15 seconds.</param>
[Example("""
    {"configured":true,"missing":[],"invalid":{},"hint":null,"variables":{"SMTP_HOST":true,"SMTP_PORT":false,"SMTP_PASSWORD":true},
     "effective":{"host":"smtp.example.com","port":587,"security":"starttls","timeout_seconds":30,"from_email":"mail@example.com",
     "from_name":"Example"},
     "senders":[{"instance":"sender-1","configured":true,"missing":[],"invalid":{},"last_seen":"2026-11-24T15:12:09.310Z","state":"ready",
     "reason":null,"hint":null}]}
    """)]
public sealed record TestConfig(
    bool Configured, IReadOnlyList<string> Missing, [property: InvalidSettings] IReadOnlyDictionary<string, string> Invalid, string? Hint,
    [property: SmtpVariables] IReadOnlyDictionary<string, bool> Variables, EffectiveSmtp? Effective, IReadOnlyList<SenderView> Senders);

/// <summary>A field that says which SMTP variables are set.</summary>
internal sealed class SmtpVariablesAttribute() : HoldsAttribute(
    "Each SMTP variable of the sender last seen: true where it is set. Never its value.", "Whether it is set.");

/// <summary>A live sender.</summary>
/// <param name="Instance">Its name.</param>
/// <param name="Configured">Whether it has all it needs.</param>
/// <param name="Missing">The environment variables that it lacks.</param>
/// <param name="Invalid">The environment variables that it can't use, each with what is wrong with it.</param>
/// <param name="LastSeen">When it was last heard from.</param>
/// <param name="State">What it can do at the moment.</param>
/// <param name="Reason">Why it is blocked.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record SenderView(
    string Instance, bool Configured, IReadOnlyList<string> Missing,
    [property: InvalidSettings] IReadOnlyDictionary<string, string> Invalid, DateTimeOffset LastSeen, [property: SenderState] string State,
    string? Reason, string? Hint);
