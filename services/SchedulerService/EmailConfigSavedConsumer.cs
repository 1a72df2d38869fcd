using Mail.Contracts;
using Mail.Store;
using Marten;
using MassTransit;
using PostgresScheduler;

namespace Mail.SchedulerService;

/// <summary>
/// Schedules what a save created and cancels what it took back. It reads the documents, so the event may come twice,
/// late or out of order: an e-mail that is no longer pending is not scheduled, and the same e-mail has the same timer.
/// </summary>
public sealed class EmailConfigSavedConsumer(
    IDocumentStore store, PostgresMessageScheduler scheduler, ILogger<EmailConfigSavedConsumer> logger)
    : IConsumer<EmailConfigSaved>
{
    private const int ChunkSize = 1000;

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<EmailConfigSaved> context)
    {
        await using var session = store.QuerySession();
        var saved = context.Message;
        var revision = await session.LoadAsync<ConfigRevision>(
            ConfigRevision.IdOf(saved.ClientId, saved.Revision), context.CancellationToken);
        if (revision is null)
        {
            // The event was committed with the revision: what is not there any more was erased, with its e-mails.
            logger.RevisionErased();
            return;
        }

        foreach (var ids in revision.Scheduled.Chunk(ChunkSize))
        {
            var emails = await session.LoadManyAsync<ScheduledEmail>(context.CancellationToken, ids);
            await scheduler.ScheduleSendBatch(
                Addresses.SendEmail,
                from wake in Wakeup.Together(emails.Where(email => email.Status == EmailStatus.Pending)
                    .OrderBy(email => email.Id).Select(email => (email.Id, email.DueAt)))
                select (Wakeup.Token(wake.Due, wake.EmailIds), wake.Due, Wakeup.Create(wake.EmailIds)),
                cancellationToken: context.CancellationToken);
        }

        foreach (var ids in revision.Cancelled.Chunk(ChunkSize))
        {
            var emails = await session.LoadManyAsync<ScheduledEmail>(context.CancellationToken, ids);
            // One that shares its wake-up stays in that: it is woken for nothing, and the others in time.
            await scheduler.CancelScheduledSendBatch(
                [.. emails.Select(email => Wakeup.Token(email.DueAt, email.Id))], cancellationToken: context.CancellationToken);
        }

        logger.Scheduled(saved.ClientId, saved.Revision, revision.Scheduled.Count, revision.Cancelled.Count);
    }
}

/// <summary>Four at a time, each retried for ever.</summary>
public sealed class EmailConfigSavedConsumerDefinition : ConsumerDefinition<EmailConfigSavedConsumer>
{
    public EmailConfigSavedConsumerDefinition()
    {
        EndpointName = Addresses.EmailConfigSavedQueue;
        ConcurrentMessageLimit = 4;
    }

    /// <inheritdoc/>
    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator, IConsumerConfigurator<EmailConfigSavedConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 8;
        endpointConfigurator.UseEndlessRetry();
    }
}
