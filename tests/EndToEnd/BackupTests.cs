using System.Diagnostics;
using System.Globalization;
using System.Net;
using Mail.Local.Processes;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.EndToEnd;

/// <summary>The page about backup and restore: its commands, in its order, on a system that <c>./mail</c> runs.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private readonly string _directory = Path.Combine("/var/tmp", $"mail-test-backup-{Environment.ProcessId}");
    private readonly ScriptedSmtp _smtp = ScriptedSmtp.Accepting();
    private readonly int[] _ports = FreePorts.Find(8);

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_directory);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("./mail down --wipe");
        await _smtp.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_backup_that_is_restored_wakes_held_and_sends_what_it_knows_to_be_pending_after_the_release()
    {
        var commands = (await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "backup.md")))
            .Split("```sh\n").Skip(1).Select(block => block[..block.IndexOf('\n', StringComparison.Ordinal)]).ToList();
        Assert.Equal(["backup", "restore", "release"], commands.Select(command => command.Split(' ')[1]));
        await RunAsync("./mail up --native");
        using var api = new Api(new Uri($"http://127.0.0.1:{_ports[0]}"), MailSystem.OperatorKey);
        var kept = await CreateAsync(api, "kept@example.com");
        var repeated = await CreateAsync(api, "repeated@example.com");
        var before = await CursorAsync(api);
        await RunAsync(commands[0]);
        var atBackup = await CursorAsync(api);

        // What comes after a backup is lost, or forgotten to be sent.
        var lost = await CreateAsync(api, "lost@example.com");
        (await api.PostAsync($"scheduled-emails/{repeated}/send-now")).Expect(HttpStatusCode.OK);
        await api.EmailAsync(repeated, "sent");
        var afterwards = await CursorAsync(api);
        await RunAsync(commands[1]);

        (await api.GetAsync($"scheduled-emails/{lost}")).Expect(HttpStatusCode.NotFound);
        await Deadline.UntilAsync(
            () => api.GetAsync("holds"), holds => holds.Json["items"]!.AsArray().Any(hold => (string)hold!["by"]! == "restore_fence"));
        // Whoever read the feed is told that it is another one, wherever they were, and where to begin.
        var oldest = "";
        foreach (var cursor in new[] { before, atBackup, afterwards })
        {
            var expired = (await api.GetAsync($"client/acme/events?after={cursor}")).Expect(HttpStatusCode.Gone);
            Assert.Equal("cursor_expired", expired.Code);
            oldest = (string)expired.Json["oldest_cursor"]!;
        }

        // A person looks through what would go out, and takes back what they know to be sent.
        (await api.PostAsync($"scheduled-emails/{repeated}/cancel")).Expect(HttpStatusCode.OK);
        var told = await Deadline.UntilAsync(
            () => api.GetAsync($"client/acme/events?after={oldest}"), answer => answer.Json["items"]!.AsArray().Count > 0);
        var first = told.Json["items"]![0]!;
        Assert.Equal(("email.cancelled", repeated), ((string)first["type"]!, (string)first["data"]!["email_id"]!));
        (await api.PostAsync($"scheduled-emails/{kept}/send-now")).Expect(HttpStatusCode.OK);
        Assert.Contains("restore_fence", (string)(await api.EmailAsync(kept, "pending"))["explanation"]!, StringComparison.Ordinal);
        await RunAsync(commands[2]);
        await api.EmailAsync(kept, "sent", Deadline.Sweep);
        Assert.Equal(["repeated@example.com", "kept@example.com"], _smtp.Received.SelectMany(received => received.To));
    }

    private static async Task<string> CursorAsync(Api api) =>
        (string)(await api.GetAsync("client/acme/events")).Expect(HttpStatusCode.OK).Json["next_cursor"]!;

    private static async Task<string> CreateAsync(Api api, string to) =>
        (string)(await api.PostAsync("client/acme/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1)), to)))
            .Expect(HttpStatusCode.Created).Json["id"]!;

    /// <summary>A command as the page has it; its file is beside what the system keeps.</summary>
    private async Task RunAsync(string command)
    {
        var words = command.Split(' ');
        var start = new ProcessStartInfo(
            Path.Combine(Repository.Root, "mail"),
            words.Skip(1).Select(word => word.EndsWith(".backup", StringComparison.Ordinal) ? Path.Combine(_directory, word) : word))
        {
            UseShellExecute = false,
        };
        string[] ports = ["CONFIG", "SCHEDULER", "SENDER", "POSTGRES", "RABBITMQ", "RABBITMQ_MANAGEMENT", "RABBITMQ_DIST", "EPMD"];
        foreach (var (name, port) in ports.Zip(_ports))
            start.Environment[$"MAIL_{name}_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in new[]
        {
            ("MAIL_RUN_DIR", Path.Combine(_directory, "run")), ("API_KEY", MailSystem.OperatorKey), ("SMTP_HOST", ScriptedSmtp.Host),
            ("SMTP_PORT", _smtp.Port.ToString(CultureInfo.InvariantCulture)), ("SMTP_USE_TLS", "false"), ("SMTP_ALLOW_PLAINTEXT", "true"),
            ("SMTP_AUTH", "none"), ("SMTP_FROM_EMAIL", "mail@sender.example"),
        })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        Assert.Equal((command, 0), (command, process.ExitCode));
    }
}
