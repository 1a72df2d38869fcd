using Mail.Hosting;
using Mail.SenderService;
using Mail.SenderService.Attachments;
using Mail.SenderService.Claiming;
using Mail.SenderService.Rates;
using Mail.SenderService.Receiving;
using Mail.SenderService.Recording;
using Mail.SenderService.Smtp.Connections;
using Mail.SenderService.Smtp.Settings;
using Mail.SenderService.Webhooks;
using Mail.Store;

return await MailProgram.RunAsync(args, async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddMailDefaults(maxConnections: 8);
    var smtp = SmtpOptions.FromEnvironment(name => builder.Configuration[name]);
    builder.Services.AddSingleton(smtp);
    builder.Services.AddSingleton(RetryPolicy.From(builder.Configuration));
    builder.Services.AddSingleton<SenderStatus>();
    builder.Services.AddSingleton(services => new SmtpConnections(
        smtp, services.GetRequiredService<TimeProvider>(), logger: services.GetRequiredService<ILogger<SmtpConnections>>()));
    builder.Services.AddSingleton<RateLimit>();
    builder.Services.AddSingleton<LearnedPace>();
    builder.Services.AddSingleton<DeliveryTimes>();
    builder.Services.AddSingleton<SecondOpinion>();
    builder.Services.AddSingleton<WaitingEmails>();
    builder.Services.AddSingleton<LostClaims>();
    builder.Services.AddSingleton<Claims>();
    builder.Services.AddSingleton<BatchTurns>();
    builder.Services.AddSingleton<OutcomeWriter>();
    builder.Services.AddSingleton<AttachmentReader>();
    builder.Services.AddSingleton<Conversations>();
    builder.Services.AddSingleton<SenderWarmUp>();
    // Services stop in the reverse order of their start: the intake first, then the batches that it fed, then the heartbeat
    // that keeps their claims alive.
    builder.Services.AddSingleton<DatabaseClock>();
    builder.Services.AddSingleton<Heartbeat>();
    builder.Services.AddHostedService(services => services.GetRequiredService<Heartbeat>());
    builder.Services.AddHostedService(services => services.GetRequiredService<LostClaims>());
    builder.Services.AddHostedService<WriteOutcomeCounts>();
    builder.Services.AddHostedService(services => services.GetRequiredService<OutcomeWriter>());
    builder.Services.AddHostedService<SendBatch>();
    builder.AddMailBus(bus =>
    {
        bus.AddSendEmailConsumer();
        bus.AddDeliverWebhookConsumer();
    });
    builder.Services.AddHostedService<Intake>();
    builder.AddWebhooks();
    builder.Services.AddHealthChecks().AddCheck<SenderHealth>("smtp", tags: ["ready"]);

    var app = builder.Build();
    app.MapMailDefaults();
    app.Logger.Configured(smtp);
    return await app.RunToEndAsync();
});
