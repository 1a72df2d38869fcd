using System.Text.Json;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PostgresScheduler;

namespace Mail.ConfigService;

/// <summary>
/// Goes the way of a request before the first one comes, and of a new e-mail, which it takes back: an e-mail that is due at once is
/// otherwise late by what the runtime compiles meanwhile, a third of a second.
/// </summary>
internal sealed class RequestWarmUp(
    UnitOfWork unit, Outbox outbox, TimeZones zones, Instance instance, IServer server, IHostApplicationLifetime lifetime,
    ILogger<RequestWarmUp> logger)
    : BackgroundService, IHealthCheck
{
    private const int Times = 3;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private static readonly byte[] _emails = """
        {"emails":[{"to":["rehearsal@localhost"],"subject":"Warm-up","text":"text","html":"<p>html</p>",
        "scheduled_datetime":"2100-01-01T00:00:00Z"}]}
        """u8.ToArray();

    private volatile bool _over;

    /// <summary>Ready once it is over, however it went: what it meets, the first request would have met.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_over ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The service is warming up."));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Stopping.RunAsync(LoopAsync, stoppingToken);

    private async Task LoopAsync(CancellationToken stoppingToken)
    {
        try
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var _ = lifetime.ApplicationStarted.UnsafeRegister(
                static started => ((TaskCompletionSource)started!).SetResult(), started);
            await started.Task.WaitAsync(stoppingToken);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(_patience);
            for (var count = 0; count < Times; count++)
            {
                await AskAsync(patience.Token);
                await CreateAndTakeBackAsync(patience.Token);
            }
        }
        catch (Exception exception)
        {
            if (!stoppingToken.IsCancellationRequested)
                logger.WarmUpFailed(exception.Message);
        }
        finally
        {
            _over = true;
        }
    }

    // What anyone may ask, over the whole way of a request.
    private async Task AskAsync(CancellationToken cancellationToken)
    {
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } address)
            return;
        var own = new UriBuilder(address) { Host = "127.0.0.1", Path = "/api/v1/email-status" };
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        client.DefaultRequestHeaders.Add("X-Request-Id", "warm-up");
        await client.GetStringAsync(own.Uri, cancellationToken);
    }

    private async Task CreateAndTakeBackAsync(CancellationToken cancellationToken)
    {
        try
        {
            await unit.RunAsync<bool>(async work =>
            {
                var errors = new Errors();
                var input = EmailList.Parse(_emails).Read(errors)
                    .Select(item => EmailInput.Read(item.Element, item.Pointer, errors, zones)).Single();
                var (email, body) = NewEmail.Create(
                    "warm-up", key: null, input, new(EmailSource.OneOff, instance.Name, "warm-up"), work.Now);
                await EmailInserts.InsertAsync(work.Connection, [email], [body], cancellationToken);
                await outbox.WakeAsync(work.Connection, [(email.Id, email.DueAt)], cancellationToken);
                _ = JsonSerializer.Serialize(
                    new EmailView(email, body, await SendingConditions.ReadAsync(work.Connection, cancellationToken)), MailJson.Options);
                throw new TakenBackException();
            }, cancellationToken);
        }
        catch (TakenBackException)
        {
            // And with it the transaction.
        }
    }

    private sealed class TakenBackException : Exception;
}
