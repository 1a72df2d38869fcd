using MassTransit;

namespace Mail.Hosting;

/// <summary>
/// Starts and stops the bus in the place of MassTransit's own hosted service, and waits for its stop no longer than the host does.
/// MassTransit (8.5) waits without a bound for consumers that are under way, and for a receive transport that is just connecting; and a
/// bus whose start is interrupted, it takes for one that never started.
/// </summary>
internal sealed class BoundedBus(MassTransitHostedService bus, ILogger<BoundedBus> logger) : IHostedService
{
    internal static void Replace(IServiceCollection services)
    {
        var own = services.Single(
            service => service.ServiceType == typeof(IHostedService) && service.ImplementationType == typeof(MassTransitHostedService));
        // In its place: services stop in the reverse order of their start.
        services[services.IndexOf(own)] = ServiceDescriptor.Singleton<IHostedService, BoundedBus>();
        services.AddSingleton<MassTransitHostedService>();
    }

    public Task StartAsync(CancellationToken cancellationToken) => bus.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // On a thread of its own, in case it does not even return.
        var stopping = Task.Run(() => bus.StopAsync(cancellationToken), CancellationToken.None);
        try
        {
            await stopping.WaitAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            // The broker hands out again what was under way.
            logger.BusNotStopped(exception);
        }
    }
}
