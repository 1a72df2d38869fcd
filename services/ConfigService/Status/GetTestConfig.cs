using Mail.ConfigService.Access;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Status;

/// <summary><c>GET /test-email/config</c>: what the senders have, without secrets.</summary>
public static class GetTestConfig
{
    public sealed record Answer(
        bool Configured, IReadOnlyList<string> Missing, IReadOnlyDictionary<string, string> Invalid, string? Hint,
        IReadOnlyDictionary<string, bool> Variables, EffectiveSmtp? Effective, IReadOnlyList<Item> Senders);

    public sealed record Item(
        string Instance, bool Configured, IReadOnlyList<string> Missing, IReadOnlyDictionary<string, string> Invalid,
        DateTimeOffset LastSeen, string State, string? Reason, string? Hint);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/test-email/config", async (HttpContext context, UnitOfWork unit) =>
        {
            _ = new Query(context).Checked();
            return await RunAsync(unit, tellsHold: true, context.RequestAborted);
        }).OperatorOnly().WithName("GetTestConfig").WithTags("Is e-mail working?");

    /// <param name="unit">Reads it.</param>
    /// <param name="tellsHold">Whether the hint tells of a hold on everything, or that is shown otherwise.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal static async Task<Answer> RunAsync(UnitOfWork unit, bool tellsHold, CancellationToken cancellationToken)
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
            [.. live.Select(each => new Item(
                each.Sender.Instance, each.Sender.Configured, each.Sender.Missing, each.Sender.Invalid,
                each.LastSeen, each.Sender.State, each.Sender.Reason, each.Sender.Hint))]);
    }
}
