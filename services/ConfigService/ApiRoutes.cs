using Mail.ConfigService.Access;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Bulk;
using Mail.ConfigService.Clients;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Events;
using Mail.ConfigService.Forecasts;
using Mail.ConfigService.Holds;
using Mail.ConfigService.OpenApi;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Recurrences;
using Mail.ConfigService.Requests;
using Mail.ConfigService.Series;
using Mail.ConfigService.Status;
using Mail.ConfigService.Templates;
using Mail.ConfigService.Webhooks;
using Mail.Hosting;

namespace Mail.ConfigService;

/// <summary>The REST API: its use cases, its routes and the document that describes them.</summary>
internal static class ApiRoutes
{
    /// <summary>Adds the use cases, and what they share.</summary>
    internal static void AddApi(this WebApplicationBuilder builder)
    {
        builder.AddTimeZones();
        builder.Services.AddMailJson();
        builder.Services.AddProblems();
        builder.Services.AddAccess(builder.Configuration, builder.Environment);
        builder.Services.AddSingleton<BodyMemory>();
        builder.Services.AddSingleton<ConnectionQueue>();
        builder.Services.AddSingleton<UnitOfWork>();
        builder.Services.AddSingleton<CurrentTimeZones>();
        builder.Services.AddEmailConfigs();
        builder.Services.AddEmails();
        builder.Services.AddAttachments(builder.Configuration);
        builder.Services.AddTemplates();
        builder.Services.AddEvents();
        builder.Services.AddWebhooks(builder.Configuration, builder.Environment);
        builder.Services.AddStatus();
        builder.Services.AddSingleton<ChangeMany>();
        builder.Services.AddSingleton<SendingForecast>();
        builder.Services.AddSingleton<HoldSending>();
        builder.Services.AddSingleton<ReleaseSending>();
        builder.Services.AddSingleton<EraseClient>();
        builder.Services.AddMailOpenApi();
    }

    /// <summary>Maps every operation under <c>/api/v1</c>, and the document.</summary>
    internal static void MapApi(this WebApplication app)
    {
        app.MapMailOpenApi();
        var api = app.MapGroup("/api/v1").WithMetadata(
            Audience.Keyed,
            new ProducesResponseTypeMetadata(StatusCodes.Status500InternalServerError, typeof(Problem), ["application/problem+json"]));
        api.MapAccess();
        api.MapEmailConfigs();
        api.MapEmails();
        ChangeMany.Map(api);
        api.MapAttachments();
        api.MapTemplates();
        PreviewRecurrence.Map(api);
        GetSeries.Map(api);
        api.MapEvents();
        api.MapWebhooks();
        api.MapStatus();
        GetForecast.Map(api);
        HoldSending.Map(api);
        ReleaseSending.Map(api);
        ListHolds.Map(api);
        EraseClient.Map(api);
        CountErasures.Map(api);
    }
}
