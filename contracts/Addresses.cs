namespace Mail.Contracts;

/// <summary>
/// Where messages go. An <c>exchange:</c> address never declares a queue; a <c>queue:</c> address would redeclare the
/// quorum queue as a classic one, which RabbitMQ refuses (PRECONDITION_FAILED).
/// </summary>
public static class Addresses
{
    public const string SendEmailQueue = "send-email";
    public const string EmailConfigSavedQueue = "email-config-saved";
    public const string TopUpSeriesQueue = "scheduler-series";
    public const string DeliverWebhookQueue = "deliver-webhook";

    /// <summary>SenderService consumes <see cref="Contracts.SendEmail"/> here.</summary>
    public static Uri SendEmail { get; } = new($"exchange:{SendEmailQueue}");

    /// <summary>SchedulerService consumes <see cref="Contracts.EmailConfigSaved"/> here.</summary>
    public static Uri EmailConfigSaved { get; } = new($"exchange:{EmailConfigSavedQueue}");

    /// <summary>SchedulerService consumes <see cref="Contracts.TopUpSeries"/> here.</summary>
    public static Uri TopUpSeries { get; } = new($"exchange:{TopUpSeriesQueue}");

    /// <summary>SenderService consumes <see cref="Contracts.DeliverWebhook"/> here, apart from e-mails.</summary>
    public static Uri DeliverWebhook { get; } = new($"exchange:{DeliverWebhookQueue}");
}
