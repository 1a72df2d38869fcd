using Mail.Contracts;
using Mail.Hosting;
using Mail.Store;
using MassTransit;
using Npgsql;
using PostgresScheduler;

namespace Mail.SchedulerService;

/// <summary>Goes on with series, batch by batch, until none is due. What the message says is that it is time to look.</summary>
public sealed class TopUpSeriesConsumer(
    NpgsqlDataSource dataSource, SeriesTopUps series, Instance instance, ILogger<TopUpSeriesConsumer> logger) : IConsumer<TopUpSeries>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<TopUpSeries> context)
    {
        SeriesTopUps.Done done;
        do
        {
            await using var connection = await dataSource.OpenConnectionAsync(context.CancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(context.CancellationToken);
            done = await series.RunOnceAsync(connection, now: null, instance.Name, context.CancellationToken);
            await transaction.CommitAsync(context.CancellationToken);
            if (done.Made > 0)
                logger.SeriesToppedUp(done.Made);
        }
        while (done.IsFull);
    }
}

/// <summary>One at a time, retried for ever; the sweep looks meanwhile.</summary>
public sealed class TopUpSeriesConsumerDefinition : ConsumerDefinition<TopUpSeriesConsumer>
{
    public TopUpSeriesConsumerDefinition()
    {
        EndpointName = Addresses.TopUpSeriesQueue;
        ConcurrentMessageLimit = 1;
    }

    /// <inheritdoc/>
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<TopUpSeriesConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 4;
        endpointConfigurator.UseEndlessRetry();
    }
}
