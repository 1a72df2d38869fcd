using Mail.Hosting;
using Mail.Store;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mail.SenderService;

/// <summary>Ready where this sender can send; otherwise it says what is in the way.</summary>
internal sealed class SenderHealth(SenderStatus status) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(status.Current switch
        {
            { Name: SenderState.Unconfigured } => HealthCheckResult.Unhealthy(SettingHints.Summary(status.Missing, status.Invalid)),
            { Blocked: { } blocked } => HealthCheckResult.Unhealthy(
                $"Blocked: {PublicWords.Reason(blocked.Reason)}. {PublicWords.WithoutNames(blocked.Hint)}"),
            _ => HealthCheckResult.Healthy(),
        });
}
