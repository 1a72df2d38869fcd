using System.Diagnostics;
using System.Globalization;
using Mail.Local.Processes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary><c>./mail up</c> may be killed at any moment: the next one mends what is left, and <c>down</c> leaves nothing.</summary>
public sealed class KilledUpTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly string[] _ports =
        ["CONFIG", "SCHEDULER", "SENDER", "POSTGRES", "RABBITMQ", "RABBITMQ_MANAGEMENT", "RABBITMQ_DIST", "EPMD", "INBOX", "INBOX_SMTP"];

    private readonly string _run = Directory.CreateTempSubdirectory("mail-killed-up-").FullName;
    private readonly Dictionary<string, string?> _environment = new(StringComparer.Ordinal)
    {
        ["API_KEY"] = MailSystem.OperatorKey,
        ["SECRETS_PUBLIC_KEY"] = WebhookKeys.Public.Value,
        ["SECRETS_PRIVATE_KEYS"] = WebhookKeys.Private.Value,
        ["SMTP_HOST"] = null,
    };

    public ValueTask InitializeAsync()
    {
        _environment["MAIL_RUN_DIR"] = _run;
        foreach (var (name, port) in _ports.Zip(FreePorts.Find(_ports.Length)))
            _environment[$"MAIL_{name}_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await MailAsync("down", "--wipe");
        Directory.Delete(_run, recursive: true);
    }

    [Fact, Long]
    public async Task Twenty_that_are_killed_leave_nothing_that_the_next_one_does_not_mend()
    {
        for (var round = 1; round <= 20; round++)
        {
            var after = TimeSpan.FromMilliseconds(Random.Shared.Next(10_000));
            await KillAsync(after);
            var left = LocalProcess.NamesIn(_run).Where(name => new LocalProcess(_run, name).IsAlive).ToList();
            var began = TimeProvider.System.GetTimestamp();
            await MailAsync("up", "--native");
            output.WriteLine(
                $"{round}: killed after {after.TotalSeconds:0.0} s with {left.Count} running; up again in "
                + $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
            await MailAsync("status");
            // From nothing, from what is stopped, and from what runs.
            if (round % 3 != 0)
            {
                await MailAsync(round % 3 == 1 ? ["down", "--wipe"] : ["down"]);
                Assert.Empty(LocalProcess.NamesIn(_run));
            }
        }
    }

    private async Task KillAsync(TimeSpan after)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "mail"), ["up", "--native"]) { UseShellExecute = false };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        using var up = Process.Start(start)!;
        await Task.Delay(after);
        up.Kill();
        await up.WaitForExitAsync();
    }

    private async Task MailAsync(params string[] arguments)
    {
        var result = await new Tool(Path.Combine(Repository.Root, "mail"), arguments) { Environment = _environment }.RunAsync();
        Assert.True(result.ExitCode == 0, $"./mail {string.Join(' ', arguments)}: {result.All}");
    }
}
