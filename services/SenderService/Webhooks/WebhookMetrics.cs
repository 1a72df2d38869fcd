using System.Diagnostics.Metrics;
using Mail.Store;

namespace Mail.SenderService.Webhooks;

/// <summary>How deliveries to webhooks go.</summary>
internal static class WebhookMetrics
{
    private static readonly Counter<long> _tries = new Meter("Mail").CreateCounter<long>(
        "mail.webhooks.failed", "{delivery}", "Tries of deliveries to webhooks that failed");

    private static readonly Counter<long> _steps = new Meter("Mail").CreateCounter<long>(
        "mail.webhooks.steps", "{step}", "Steps of webhooks along the feed, each of up to 64 deliveries and one write");

    internal static void Count(WebhookStep step)
    {
        _steps.Add(1);
        _tries.Add(step.Failed.Count);
    }

    internal static void CountRetry(bool succeeded) => _tries.Add(succeeded ? 0 : 1);
}
