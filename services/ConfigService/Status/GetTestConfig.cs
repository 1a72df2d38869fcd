using Mail.ConfigService.Access;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Status;

/// <summary><c>GET /test-email/config</c>: what the senders have, without secrets.</summary>
public static class GetTestConfig
{
    public sealed record Answer(
        bool Configured, IReadOnlyList<string> Missing, string? Hint, IReadOnlyDictionary<string, bool> Variables, EffectiveSmtp? Effective, IReadOnlyList<Item> Senders);

    public sealed record Item(string Instance, bool Configured, IReadOnlyList<string> Missing, DateTimeOffset LastSeen, string State, string? Reason, string? Hint);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/test-email/config", async (HttpContext context, LiveSenders senders, Circumstances circumstances) =>
        {
            _ = new Query(context).Checked();
            return await RunAsync(senders, (await circumstances.LookAsync(context.RequestAborted)).Everything, context.RequestAborted);
        }).OperatorOnly().WithName("GetTestConfig").WithTags("Is e-mail working?");

    /// <param name="senders">The senders.</param>
    /// <param name="everything">The hold on everything, for the hint; null where there is none, or it is shown otherwise.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal static async Task<Answer> RunAsync(LiveSenders senders, Hold? everything, CancellationToken cancellationToken)
    {
        var live = await senders.LoadAsync(cancellationToken);
        var last = await senders.LastSeenAsync(cancellationToken);
        var status = SendingStatus.Of([.. live.Select(each => each.Sender)], everything);
        return new(
            status.Configured, status.Missing, status.Hint,
            last?.Sender.Variables ?? new Dictionary<string, bool>(StringComparer.Ordinal), last?.Sender.Effective,
            [.. live.Select(each => new Item(
                each.Sender.Instance, each.Sender.Configured, each.Sender.Missing, each.LastSeen, each.Sender.State, each.Sender.Reason, each.Sender.Hint))]);
    }
}
