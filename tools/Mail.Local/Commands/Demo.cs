using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Local.Processes;
using Mail.Local.Running;
using Spectre.Console;

namespace Mail.Local.Commands;

/// <summary>Three e-mails a few seconds apart, from REST to inbox. The third carries a picture and a file.</summary>
/// <param name="api">The API.</param>
/// <param name="inbox">The inbox's address.</param>
internal sealed class Demo(ConfigApi api, string inbox)
{
    private static readonly int[] _seconds = [3, 5, 7];
    private static readonly TimeSpan _arrival = TimeSpan.FromSeconds(30);

    private readonly string _run =
        $"{TimeProvider.System.GetLocalNow():HHmmss}-{PrivateFile.RandomSecret()[..4]}";

    /// <summary>Whether all three arrived, each once and none early.</summary>
    internal async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var emails = _seconds.Select((seconds, index) => new DemoEmail(
            index + 1, $"demo-{_run}-{index + 1}", $"Demo {index + 1} of 3, run {_run}",
            DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds() + seconds))).ToList();
        Terminal.Print();
        Terminal.Print(
            $"PUT /api/v1/client/demo/email-config with three e-mails, due in {_seconds[0]}, {_seconds[1]} and {_seconds[2]} s "
            + $"(run {_run})");
        var config = new JsonObject { ["emails"] = new JsonArray([.. emails.Select(ItemOf)]) };
        var saved = await api.SendAsync(HttpMethod.Put, "/client/demo/email-config", config);
        foreach (var email in emails)
        {
            email.Id = (string?)saved["emails"]?.AsArray().FirstOrDefault(item => (string?)item?["key"] == email.Key)?["id"]
                ?? throw new LocalException($"the answer names no e-mail {email.Key}: {saved.ToJsonString()}");
        }

        await FollowAsync(emails, cancellationToken);
        foreach (var email in emails)
            email.Copies = await Inbox.CountAsync(inbox, email.Subject) ?? 0;
        return await SummariseAsync(emails);
    }

    private async Task FollowAsync(List<DemoEmail> emails, CancellationToken cancellationToken)
    {
        if (!Terminal.IsInteractive)
        {
            await FollowAsync(emails, Report, cancellationToken);
            return;
        }

        await Terminal.Error.Live(TableOf(emails)).StartAsync(live => FollowAsync(
            emails, (_, _) => live.UpdateTarget(TableOf(emails)), cancellationToken));
    }

    private async Task FollowAsync(List<DemoEmail> emails, Action<DemoEmail, string> report, CancellationToken cancellationToken)
    {
        while (!emails.TrueForAll(email => email.Arrived) && TimeProvider.System.GetUtcNow() < emails[^1].Due + _arrival)
        {
            foreach (var email in emails.Where(email => !email.Arrived && TimeProvider.System.GetUtcNow() >= email.Due))
                await LookAsync(email, report);
            // Asking takes processor time too, that of what is being measured.
            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
        }
    }

    private async Task LookAsync(DemoEmail email, Action<DemoEmail, string> report)
    {
        if (email.Status == "pending")
        {
            email.Status = "due";
            report(email, "due");
        }

        if (email.LatenessMs is null && await api.AskAsync($"/scheduled-emails/{email.Id}") is { } shown)
        {
            var status = (string)shown["status"]!;
            if (status == "pending" || status == email.Status)
                return;
            email.Status = status;
            email.LatenessMs = (double?)shown["lateness_ms"];
            report(email, status == "sent" ? $"sent, {email.Lateness} after it was due" : $"{status}: {(string?)shown["explanation"]}");
        }

        if (email.LatenessMs is not null && await Inbox.CountAsync(inbox, email.Subject) > 0)
        {
            email.Arrived = true;
            report(email, "in the inbox");
        }
    }

    private static void Report(DemoEmail email, string what) =>
        Terminal.Print($"{TimeProvider.System.GetLocalNow():HH:mm:ss.f}  demo {email.Number}  {what}");

    private async Task<bool> SummariseAsync(List<DemoEmail> emails)
    {
        Terminal.Print();
        if (!Terminal.IsInteractive)
        {
            Terminal.Print(Row("E-MAIL", "DUE", "STATUS", "LATENESS", "IN THE INBOX"));
            foreach (var email in emails)
                Terminal.Print(Row($"demo {email.Number}", email.DueTime, email.Status, email.Lateness, email.InInbox));

            Terminal.Print();
        }

        if (emails.TrueForAll(email => email.Copies == 1 && email.LatenessMs >= 0))
        {
            Terminal.Print($"All three arrived, each once. Read them at {inbox}");
            return true;
        }

        Terminal.Print("Not all as promised. Why an e-mail stands where it stands:");
        foreach (var email in emails.Where(email => !email.Arrived))
        {
            var shown = await api.AskAsync($"/scheduled-emails/{email.Id}");
            Terminal.Print($"  demo {email.Number}: {(string?)shown?["explanation"]}");
        }

        return false;
    }

    private static string Row(string email, string due, string status, string lateness, string inbox) =>
        $"{email,-8} {due,-10} {status,-8} {lateness,9}  {inbox}";

    private static Table TableOf(List<DemoEmail> emails)
    {
        var table = new Table().RoundedBorder().AddColumns("E-mail", "Due", "Status", "Lateness", "In the inbox");
        foreach (var email in emails)
        {
            table.AddRow(
                $"demo {email.Number}", email.DueTime, Markup.Escape(email.Status), email.Lateness, email.Arrived ? "[green]yes[/]" : "");
        }

        return table;
    }

    private JsonObject ItemOf(DemoEmail email)
    {
        var due = email.Due.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var picture = email.Number == _seconds.Length ? " <img src=\"cid:picture\" alt=\"an envelope\">" : "";
        var item = new JsonObject
        {
            ["key"] = email.Key,
            ["to"] = new JsonArray("Ada Lovelace <ada@example.org>"),
            ["subject"] = email.Subject,
            ["scheduled_datetime"] = due,
            ["text"] = $"This e-mail was due at {due}.",
            ["html"] = $"<p>This e-mail was due at <b>{due}</b>.{picture}</p>",
        };
        if (email.Number == _seconds.Length)
            item["attachments"] = Attachments();
        return item;
    }

    private JsonArray Attachments() =>
    [
        new JsonObject { ["content"] = DemoEmail.Picture, ["filename"] = "picture.png", ["content_id"] = "picture" },
        new JsonObject
        {
            ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"Invoice of run {_run}\r\nOne demo: 0.00\r\n")),
            ["filename"] = $"invoice {_run}.txt",
        },
    ];
}
