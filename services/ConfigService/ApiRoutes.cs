using Mail.ConfigService.Access;
using Mail.ConfigService.Attachments;
using Mail.ConfigService.Bulk;
using Mail.ConfigService.Clients;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
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
            Audience.Client,
            new ProducesResponseTypeMetadata(StatusCodes.Status500InternalServerError, typeof(Problem), ["application/problem+json"]));
        var configs = api.Heading("E-mail configuration", "All e-mails of a client as one document; a save is a diff.");
        var templates = api.Heading("Templates", "What e-mails say, with variables; rendered when an e-mail is saved, and versioned.");
        var series = api.Heading("Series", "Items of a config that come again and again.");
        var emails = api.Heading("Single e-mails", "E-mails outside the config, and each e-mail by its id.");
        var many = api.Heading("Many at once", "One action for up to 10,000 e-mails.");
        var attachments = api.Heading("Attachments", "Files that e-mails carry.");
        var events = api.Heading("Events", "What happened, in the order of commits: a feed that misses nothing.");
        var holds = api.Heading("Holding back", "Stops sending, for everything or for one client, without losing anything.");
        var status = api.Heading("Is e-mail working?", "What the senders have and lack, and a test.");
        var keys = api.Heading("API keys", "Keys for clients.");
        var erasure = api.Heading("Erasure", "Forgetting a client.");
        api.Under(keys).MapAccess();
        api.Under(configs).MapEmailConfigs();
        api.Under(emails).MapEmails();
        ChangeMany.Map(api.Under(many));
        api.Under(attachments).MapAttachments();
        api.Under(templates).MapTemplates();
        PreviewRecurrence.Map(api.Under(series));
        GetSeries.Map(api.Under(series));
        api.Under(events).MapEvents();
        api.Under(events).MapWebhooks();
        api.Under(status).MapStatus();
        GetForecast.Map(api.Under(status));
        HoldSending.Map(api.Under(holds));
        ReleaseSending.Map(api.Under(holds));
        ListHolds.Map(api.Under(holds));
        EraseClient.Map(api.Under(erasure));
        CountErasures.Map(api.Under(erasure));
    }
}
