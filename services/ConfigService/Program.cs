using Mail.ConfigService;
using Mail.ConfigService.Access;
using Mail.ConfigService.Events;
using Mail.ConfigService.Page;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
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
        // What is longer is answered by Kestrel itself, without a code. A client_id or a key of many kilobytes is refused like any other.
        kestrel.Limits.MaxRequestLineSize = 64 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024;
    });
    builder.AddApi();
    builder.Services.AddBrowsers(builder.Configuration);
    builder.Services.AddPage();
    builder.Services.AddSingleton<RequestWarmUp>();
    builder.Services.AddHostedService(services => services.GetRequiredService<RequestWarmUp>());
    builder.Services.AddHostedService(services => services.GetRequiredService<EventSignal>());
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
    app.MapApi();
    app.MapPage();
    return await app.RunToEndAsync();
});
