using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;
using Shop.Kiota;
using Shop.Kiota.Models;

namespace Shop;

/// <summary>Calls through the client that Kiota generated.</summary>
internal static class KiotaShop
{
    public static async Task<int> RunAsync(string address, string key, string client)
    {
        var due = TimeProvider.System.GetUtcNow().AddHours(1);

        // docs/clients.md shows these lines.
        using var http = KiotaClientFactory.Create();
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http) { BaseUrl = address };
        var mail = new MailClient(adapter).Api.V1;
        var emails = mail.Client[client].ScheduledEmails;

        var order = new EmailInput { To = ["ada@example.com"], Subject = "Your order", Text = "On its way", ScheduledDatetime = due };
        var email = await emails.PostAsync(order, request => request.Headers.Add("Idempotency-Key", "order-1234"));

        // So that there are several pages.
        await emails.Batch.PostAsync(new() { Emails = [order, order, order, order] });

        EmailPage? page = null;
        do
        {
            var cursor = page?.NextCursor;
            page = await emails.GetAsync(
                request => request.QueryParameters = new() { Status = [EmailStatus.Pending], Limit = 2, Cursor = cursor });
            Console.WriteLine($"{page!.Items!.Count} on this page");
        }
        while (page.NextCursor is not null);

        var cancelled = await mail.ScheduledEmails[email!.Id!.Value].Cancel.PostAsync();
        Console.WriteLine($"now it is {cancelled!.Status}");
        try
        {
            await mail.ScheduledEmails[email.Id.Value].SendNow.PostAsync();
        }
        catch (Problem refused)
        {
            Console.WriteLine($"{refused.ResponseStatusCode} {refused.Code}: {refused.Message}");
        }

        // It does not show these.
        var again = await emails.PostAsync(order, request => request.Headers.Add("Idempotency-Key", "order-1234"));
        Console.WriteLine($"replayed: {again!.Id == email.Id}");

        var letter = new EmailInput
        {
            To = ["Ada <ada@example.com>"],
            Subject = "Hello",
            Html = "<p>Hello</p>",
            Headers = new() { AdditionalData = new Dictionary<string, object>(StringComparer.Ordinal) { ["X-Campaign"] = "spring" } },
            ScheduledDatetime = due,
        };
        var whole = await mail.ScheduledEmails[(await emails.PostAsync(letter))!.Id!.Value].GetAsync();
        var campaign = whole!.Headers!.AdditionalData["X-Campaign"];
        Console.WriteLine($"{whole.Status}, {whole.Forecast}, {whole.Source}, text: {whole.Text ?? "none"}, campaign: {campaign}, "
            + $"error: {whole.LastError?.Hint ?? "none"}, lines left out: {whole.TimelineLeftOut ?? 0}");
        var offset = due.ToOffset(TimeSpan.FromHours(2));
        var then = await emails.GetAsync(request => request.QueryParameters = new()
        {
            Status = [EmailStatus.Pending, EmailStatus.Cancelled],
            DueFrom = offset.AddMinutes(-1),
            DueTo = offset.AddMinutes(1),
        });
        Console.WriteLine($"due then: {then!.Items!.Count}");
        var moved = await mail.ScheduledEmails[whole.Id!.Value].PatchAsync(new() { ScheduledDatetime = due.AddHours(1) });
        Console.WriteLine($"moved: {moved!.ScheduledDatetime > due}");

        await RefusedAsync(() => emails.PostAsync(new() { To = [], Subject = "Nobody", Text = "Hello" }));
        await RefusedAsync(() => mail.ScheduledEmails[Guid.Empty].GetAsync());
        await RefusedAsync(() => mail.ScheduledEmails[email.Id.Value].SendNow.PostAsync());

        var item =
            new ConfigItemInput { Key = "welcome", To = ["ada@example.com"], Subject = "Welcome", Text = "Hello", ScheduledDatetime = due };
        var config = new EmailConfigInput { Emails = [item] };
        var saved = await mail.Client[client].EmailConfig.PutAsync(config);
        var etag = $"\"{saved!.Revision}\"";
        var kept = await mail.Client[client].EmailConfig.PutAsync(config, request => request.Headers.Add("If-Match", etag));
        Console.WriteLine($"{saved.Emails!.Single().Action}, then {kept!.Emails!.Single().Action}; removed {kept.Removed!.Count}");
        await RefusedAsync(() => mail.Client[client].EmailConfig.PutAsync(config, request => request.Headers.Add("If-Match", "\"7\"")));
        Console.WriteLine($"revisions: {(await mail.Client[client].EmailConfig.Revisions.GetAsync())!.Items!.Count}");

        var held = await mail.Client[client].Hold.PostAsync(new());
        var would = await mail.Client[client].Release.PostAsync(new(), request => request.QueryParameters.DryRun = true);
        var released = await mail.Client[client].Release.PostAsync(new() { Reason = "done" });
        Console.WriteLine($"held: {held!.Held}, {would!.WouldSend!.Single().DueLater} would go out later, held: {released!.Held}");
        var made = await mail.Client[client].ApiKeys.PostAsync(new() { Name = "shop" });
        await mail.Client[client].ApiKeys[made!.Id!.Value].DeleteAsync();
        var keys = await mail.Client[client].ApiKeys.GetAsync();
        Console.WriteLine($"keys: {keys!.Items!.Count}, configured: {(await mail.EmailStatus.GetAsync())!.Configured}");
        return 0;
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Problem refused)
        {
            var pointers = string.Join(", ", refused.Errors?.AdditionalData.Keys.ToArray() ?? []);
            Console.WriteLine(
                $"{refused.ResponseStatusCode} {refused.Code}, at {pointers}, stands {refused.CurrentStatus?.ToString() ?? "nowhere"}");
        }
    }
}
