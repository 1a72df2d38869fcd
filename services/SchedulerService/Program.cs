using Mail.Hosting;
using Mail.SchedulerService;
using Mail.Store;
using MassTransit;

return await MailProgram.RunAsync(args, async () =>
{
    if (SchemaCommand.Wanted(args))
        return await SchemaCommand.RunAsync(args);

    var builder = WebApplication.CreateBuilder(args);
    builder.AddMailDefaults(maxConnections: 16);
    builder.AddTimeZones();
    builder.Services.AddSingleton<SeriesTopUps>();
    builder.Services.AddSingleton<ZoneChange>();
    builder.AddMailBus(
        bus =>
        {
            bus.AddReceiveEndpointObserver<SendEmailTopology>();
            bus.AddPostgresMessageScheduler();
            bus.AddPostgresSchedulerEndpoint();
            bus.AddConsumer<EmailConfigSavedConsumer, EmailConfigSavedConsumerDefinition>();
            bus.AddConsumer<TopUpSeriesConsumer, TopUpSeriesConsumerDefinition>();
        },
        (context, rabbit) => rabbit.ConfigureEndpoints(context));
    builder.Services.AddSingleton(RetentionPolicy.From(builder.Configuration));
    builder.Services.AddHostedService<WriteOutcomeCounts>();
    builder.Services.AddSingleton<Duties>();
    builder.Services.AddSingleton<Sweep>();
    builder.Services.AddSingleton<BrokerCount>();
    builder.Services.AddSingleton<FenceCheck>();
    builder.Services.AddSingleton<FenceLoop>();
    builder.Services.AddHostedService(services => services.GetRequiredService<FenceLoop>());
    builder.Services.AddHealthChecks().AddCheck<FenceLoop>("restore fence", tags: ["ready"]);
    builder.Services.AddHostedService<SweepLoop>();
    builder.Services.AddHostedService<BacklogMetrics>();

    var app = builder.Build();
    app.MapMailDefaults();
    return await app.RunToEndAsync();
});
