using System.CommandLine;
using System.Text.Json.Nodes;
using Mail.Local.Running;

namespace Mail.Local.Commands;

/// <summary><c>./mail release</c>: shows what a release would let go out, asks, and releases.</summary>
internal static class ReleaseCommand
{
    internal static Command Create(LocalSystem system)
    {
        var client = new Argument<string?>("client")
        {
            Description = "Ends the hold on this client alone",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var yes = new Option<bool>("--yes") { Description = "Without asking" };
        client.Validators.Add(result =>
        {
            // In an address these two are steps up: a release of everything.
            if (result.GetValueOrDefault<string?>() is "." or "..")
                result.AddError("there is no client of this name");
        });
        var command = new Command("release", "Releases a hold on everything, after it has shown what would go out") { client, yes };
        command.SetAction(async (parsed, _) =>
        {
            await ReleaseAsync(new(system.LoadSettings()), parsed.GetValue(client), parsed.GetValue(yes));
            return 0;
        });
        return command;
    }

    private static async Task ReleaseAsync(ConfigApi api, string? client, bool unasked)
    {
        var path = client is null ? "/release" : $"/client/{Uri.EscapeDataString(client)}/release";
        var preview = await api.SendAsync(HttpMethod.Post, $"{path}?dry_run=true");
        if ((bool?)preview["held"] != true)
        {
            Terminal.Say(
                $"Nothing is held back{(client is null ? "" : $" for {client}")}; ./mail release CLIENT ends the hold on one client");
            return;
        }

        Terminal.Say(
            $"Held back since {(string?)preview["since"]}{((string?)preview["reason"] is { } reason ? $": {reason}" : "")}");
        Terminal.Print(Row("client", "due now", "due later", "expired"));
        foreach (var row in preview["would_send"]?.AsArray().OfType<JsonNode>() ?? [])
            Terminal.Print(Row($"{row["client_id"]}", $"{row["due_now"]}", $"{row["due_later"]}", $"{row["expiring"]}"));
        if (!unasked)
            Terminal.Confirm("to release", "Let it go out?", "still held");
        await api.SendAsync(HttpMethod.Post, path);
        Terminal.Say("Released");
    }

    private static string Row(string client, string now, string later, string expired) =>
        $"{client,-40} {now,10} {later,10} {expired,10}";
}
