using Mail.ConfigService;
using Mail.ConfigService.Access;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Clients;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Holds;
using Mail.ConfigService.OpenApi;
using Mail.ConfigService.Page;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.ConfigService.Status;
using Mail.Hosting;

return await MailProgram.RunAsync(args, async () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddMailDefaults(ConnectionQueue.PoolSize);
    builder.WebHost.ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        // RequestBody bounds it, and answers a body that is too large instead of cutting the connection.
        kestrel.Limits.MaxRequestBodySize = null;
    });
    builder.Services.AddMailJson();
    builder.Services.AddProblems();
    builder.Services.AddBrowsers(builder.Configuration);
    builder.Services.AddAccess(builder.Configuration, builder.Environment);
    builder.Services.AddSingleton<BodyMemory>();
    builder.Services.AddSingleton<ConnectionQueue>();
    builder.Services.AddSingleton<UnitOfWork>();
    builder.Services.AddEmailConfigs();
    builder.Services.AddEmails();
    builder.Services.AddAttachments(builder.Configuration);
    builder.Services.AddStatus();
    builder.Services.AddSingleton<SendingForecast>();
    builder.Services.AddSingleton<HoldSending>();
    builder.Services.AddSingleton<ReleaseSending>();
    builder.Services.AddSingleton<EraseClient>();
    builder.Services.AddMailOpenApi();
    builder.Services.AddPage();
    builder.Services.AddSingleton<RequestWarmUp>();
    builder.Services.AddHostedService(services => services.GetRequiredService<RequestWarmUp>());
    builder.Services.AddHealthChecks().AddCheck<RequestWarmUp>("warm-up", tags: ["ready"]);

    var app = builder.Build();
    app.UsePathPrefix();
    app.UseRequestId();
    app.UseRequestLog();
    app.UseHeadRequests();
    app.UseProblems();
    app.UseWholePaths();
    app.UseRouting();
    app.UseBrowsers();
    app.UseAccess();
    app.MapMailDefaults();
    app.MapMailOpenApi();
    app.MapPage();

    var api = app.MapGroup("/api/v1").WithMetadata(Audience.Keyed);
    api.MapAccess();
    api.MapEmailConfigs();
    api.MapEmails();
    api.MapAttachments();
    api.MapStatus();
    GetForecast.Map(api);
    HoldSending.Map(api);
    ReleaseSending.Map(api);
    ListHolds.Map(api);
    EraseClient.Map(api);
    CountErasures.Map(api);
    return await app.RunToEndAsync();
});
