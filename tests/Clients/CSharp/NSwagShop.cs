using Shop.NSwag;

namespace Shop;

/// <summary>Calls through the client that NSwag generated.</summary>
internal static class NSwagShop
{
    public static async Task<int> RunAsync(Uri address, string key, string client)
    {
        var due = TimeProvider.System.GetUtcNow().AddHours(1);

        // docs/clients.md shows these lines.
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var mail = new MailClient(http);

        var order = new EmailInput { To = ["ada@example.com"], Subject = "Your order", Text = "On its way", Scheduled_datetime = due };
        var email = await mail.CreateEmailAsync(client, order, idempotency_Key: "order-1234");

        // So that there are several pages.
        await mail.CreateBatchAsync(client, new() { Emails = [order, order, order, order] });

        EmailPage? page = null;
        do
        {
            page = await mail.ListEmailsAsync(client, status: [EmailStatus.Pending], limit: 2, cursor: page?.Next_cursor);
            Console.WriteLine($"{page.Items.Count} on this page");
        }
        while (page.Next_cursor is not null);

        var cancelled = await mail.CancelEmailAsync(email.Id);
        Console.WriteLine($"now it is {cancelled.Status}");
        try
        {
            await mail.SendNowAsync(email.Id);
        }
        catch (ApiException<Problem> refused)
        {
            Console.WriteLine($"{refused.StatusCode} {refused.Result.Code}: {refused.Result.Detail}");
        }

        // It does not show these.
        var again = await mail.CreateEmailAsync(client, order, idempotency_Key: "order-1234");
        Console.WriteLine($"replayed: {again.Id == email.Id}");

        var letter = new EmailInput
        {
            To = ["Ada <ada@example.com>"],
            Subject = "Hello",
            Html = "<p>Hello</p>",
            Headers = new() { ["X-Campaign"] = "spring" },
            Scheduled_datetime = due,
        };
        var whole = await mail.GetEmailAsync((await mail.CreateEmailAsync(client, letter)).Id);
        Console.WriteLine(
            $"{whole.Status}, {whole.Forecast}, {whole.Source}, text: {whole.Text ?? "none"}, campaign: {whole.Headers["X-Campaign"]}, "
            + $"error: {whole.Last_error?.Hint ?? "none"}, lines left out: {whole.Timeline_left_out ?? 0}");
        var offset = due.ToOffset(TimeSpan.FromHours(2));
        var then = await mail.ListEmailsAsync(
            client, status: [EmailStatus.Pending, EmailStatus.Cancelled], due_from: offset.AddMinutes(-1), due_to: offset.AddMinutes(1));
        Console.WriteLine($"due then: {then.Items.Count}");
        var moved = await mail.MoveEmailAsync(whole.Id, new() { Scheduled_datetime = due.AddHours(1) });
        Console.WriteLine($"moved: {moved.Scheduled_datetime > due}");

        await RefusedAsync(() => mail.CreateEmailAsync(client, new() { To = [], Subject = "Nobody", Text = "Hello" }));
        await RefusedAsync(() => mail.GetEmailAsync(Guid.Empty));
        await RefusedAsync(() => mail.SendNowAsync(email.Id));

        var item = new ConfigItemInput
        {
            Key = "welcome",
            To = ["ada@example.com"],
            Subject = "Welcome",
            Text = "Hello",
            Scheduled_datetime = due,
        };
        var config = new EmailConfigInput { Emails = [item] };
        var saved = await mail.SaveEmailConfigAsync(client, config);
        var kept = await mail.SaveEmailConfigAsync(client, config, if_Match: $"\"{saved.Revision}\"");
        Console.WriteLine($"{saved.Emails.Single().Action}, then {kept.Emails.Single().Action}; removed {kept.Removed.Count}");
        await RefusedAsync(() => mail.SaveEmailConfigAsync(client, config, if_Match: "\"7\""));
        Console.WriteLine($"revisions: {(await mail.ListRevisionsAsync(client)).Items.Count}");

        var held = await mail.HoldClientAsync(client);
        var would = await mail.ReleaseClientAsync(client, dry_run: true);
        var released = await mail.ReleaseClientAsync(client, body: new() { Reason = "done" });
        Console.WriteLine($"held: {held.Held}, {would.Would_send.Single().Due_later} would go out later, held: {released.Held}");
        var made = await mail.CreateApiKeyAsync(client, new() { Name = "shop" });
        await mail.RevokeApiKeyAsync(client, made.Id);
        var keys = await mail.ListApiKeysAsync(client);
        Console.WriteLine($"keys: {keys.Items.Count}, configured: {(await mail.GetEmailStatusAsync()).Configured}");
        return 0;
    }

    private static async Task RefusedAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (ApiException<Problem> refused)
        {
            var problem = refused.Result;
            var pointers = string.Join(", ", problem.Errors?.Keys.ToArray() ?? []);
            Console.WriteLine(
                $"{refused.StatusCode} {problem.Code}, at {pointers}, stands {problem.Current_status?.ToString() ?? "nowhere"}");
        }
    }
}
