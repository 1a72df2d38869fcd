using Mail.Contracts;
using MassTransit;

namespace Mail.SenderService.Receiving;

/// <summary>Takes a wake-up, and acknowledges it once its e-mails' outcomes are written, or it turned out to be stale.</summary>
public sealed class SendEmailConsumer(WaitingEmails waiting) : IConsumer<SendEmail>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<SendEmail> context) => context.Message is { AlsoDue: { Count: > 0 } more, EmailId: var first }
        ? Task.WhenAll(more.Prepend(first).Select(waiting.AddAsync))
        : waiting.AddAsync(context.Message.EmailId);
}
