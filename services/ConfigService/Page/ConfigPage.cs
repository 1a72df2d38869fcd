using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Page.Components;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary><c>/clients/{client_id}/config</c>: edits a config as JSON, shows what a save would change, and saves.</summary>
internal static class ConfigPage
{
    // A text field is no place for more.
    private const int MaxCharacters = 1024 * 1024;

    private static readonly JsonSerializerOptions _readable = new(MailJson.Options) { WriteIndented = true };

    internal static void Map(IEndpointRouteBuilder page)
    {
        page.MapGet("/clients/{client_id}/config", async (HttpContext context, UnitOfWork unit, TimeZones zones, Html html) =>
        {
            var (text, revision) = await CurrentAsync(ClientPage.ClientId(context), unit, zones, context.RequestAborted);
            return await ShowAsync(context, html, StatusCodes.Status200OK, text, revision);
        });

        page.MapPost("/clients/{client_id}/config", async (HttpContext context, SaveEmailConfig save, Html html) =>
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            var (text, revision, dryRun) = (form["config"].ToString(), form["revision"].ToString(), form["do"] != "save");
            try
            {
                var saved = await save.RunAsync(
                    ClientPage.ClientId(context), save.Read(Encoding.UTF8.GetBytes(text), "This"), new Preconditions(revision),
                    dryRun, Viewer.From(context).Caller, context.RequestAborted);
                return dryRun
                    ? await ShowAsync(context, html, StatusCodes.Status200OK, text, revision, saved.Body)
                    : Results.Redirect($"/clients/{ClientPage.ClientId(context)}?did=saved");
            }
            catch (ProblemException refusal) when (refusal.Status < StatusCodes.Status500InternalServerError)
            {
                return await ShowAsync(context, html, refusal.Status, text, revision, refusal: refusal);
            }
        });
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, Html html, int status, string? text, string revision, SavedConfig? preview = null,
        ProblemException? refusal = null) =>
        html.PageAsync<ConfigView>(
            status, ("Viewer", Viewer.From(context)), ("ClientId", ClientPage.ClientId(context)), ("Text", text), ("Revision", revision),
            ("Preview", preview), ("Problem", refusal));

    /// <summary>The config as a save of it would have it, and its revision; no text where it is too large.</summary>
    private static async Task<(string? Text, string Revision)> CurrentAsync(
        string clientId, UnitOfWork unit, TimeZones zones, CancellationToken cancellationToken)
    {
        EmailConfigView config;
        try
        {
            config = await GetEmailConfig.RunAsync(clientId, unit, zones, cancellationToken);
        }
        catch (ProblemException refusal) when (refusal.Status == StatusCodes.Status404NotFound)
        {
            return ("""{ "emails": [] }""", "");
        }

        var text = new JsonObject { ["emails"] = new JsonArray([.. config.Emails.Select(ItemOf)]) }.ToJsonString(_readable);
        return (text.Length > MaxCharacters ? null : text, config.Revision.ToString(CultureInfo.InvariantCulture));
    }

    private static JsonNode ItemOf(ConfigItemView item)
    {
        var json = JsonSerializer.SerializeToNode(item, MailJson.Options)!.AsObject();
        json.Remove("id");
        json.Remove("status");
        // Of a series these are its next occurrence's.
        if (item.Recurrence is not null)
        {
            json.Remove("scheduled_datetime");
            json.Remove("occurrences");
        }

        foreach (var (name, value) in json.ToList())
        {
            if (value is null or JsonArray { Count: 0 } or JsonObject { Count: 0 })
                json.Remove(name);
        }

        return json;
    }
}
