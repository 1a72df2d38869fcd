using Mail.Contracts;
using MassTransit;

namespace Mail.SenderService;

/// <summary>Takes a wake-up, and acknowledges it once its e-mail's outcome is written, or it turned out to be stale.</summary>
public sealed class SendEmailConsumer(SendBatch batch) : IConsumer<SendEmail>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<SendEmail> context) => batch.SendAsync(context.Message.EmailId);
}
