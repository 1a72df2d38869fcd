using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Mail.Local.Processes;
using Mail.Local.Settings;

namespace Mail.Local.Running;

/// <summary>The inbox that e-mail goes to where no other server is set: smtp4dev (https://github.com/rnwood/smtp4dev).</summary>
/// <param name="checkout">The checkout.</param>
/// <param name="settings">The settings.</param>
internal sealed class Inbox(Checkout checkout, LocalSettings settings)
{
    private const string Version = "3.15.0";

    private readonly LocalProcess _process = new(checkout.Run, "inbox");

    /// <summary>Its page.</summary>
    internal string Address => $"http://127.0.0.1:{Port}";

    internal int Port => settings.Port("MAIL_INBOX_PORT", 8025);

    internal int SmtpPort => settings.Port("MAIL_INBOX_SMTP_PORT", 1025);

    /// <summary>Whether NuGet has to fetch it first.</summary>
    internal static bool IsMissing => FindProgram() is null;

    /// <summary>The fingerprint is its two ports.</summary>
    internal static (string Port, string SmtpPort) PortsOf(string fingerprint) =>
        fingerprint.Split('-') is [var port, var smtp] ? (port, smtp) : (fingerprint, "");

    internal Task FetchAsync() => RestoredTools.RestoreAsync(checkout);

    internal async Task LaunchAsync()
    {
        var fingerprint = $"{Port}-{SmtpPort}";
        if (_process.IsAlive)
        {
            if (_process.Fingerprint == fingerprint)
                return;
            await StopAsync();
        }

        var program = FindProgram() ?? throw new LocalException(
            "smtp4dev is not where NuGet keeps packages; is NUGET_PACKAGES set otherwise than at dotnet tool restore?");
        await FreePorts.RequireAsync(Port, "the inbox's page", "MAIL_INBOX_PORT=");
        await FreePorts.RequireAsync(SmtpPort, "the inbox's SMTP", "MAIL_INBOX_SMTP_PORT=");
        // Started as its program and not as a tool, which would put a parent between the pid and the server. It keeps 100 e-mails where it
        // isn't told otherwise, and silently drops the oldest.
        await _process.LaunchAsync(fingerprint, new(
            Tool.Find("dotnet")!, program, $"--urls={Address}", $"--smtpport={SmtpPort}", "--bindaddress=127.0.0.1",
            "--allowremoteconnections-", "--disableipv6+", "--imapport=", "--pop3port=", "--tlsmode=None", "--hostname=localhost",
            "--nousersettings", $"--baseappdatapath={Path.Combine(checkout.Run, "inbox")}", "--db=inbox.db", "--messagestokeep=1000000",
            "--sessionstokeep=100")
        {
            Environment = ProgramEnvironment(),
        });
    }

    internal async Task WaitAsync()
    {
        while (!await Readiness.WaitAsync(_process, TimeSpan.FromSeconds(60), AnswersAsync))
            await LaunchAsync();
        if (_process.WasLaunched)
            await WarmUpAsync();
    }

    internal Task StopAsync() => _process.StopAsync(ProcessSignal.Terminate, TimeSpan.FromSeconds(10));

    internal Task<bool> AnswersAsync() => Http.AnswersAsync($"{Address}/api/messages?pageSize=1");

    /// <summary>How many e-mails it has of a subject; null where it does not say.</summary>
    internal static async Task<int?> CountAsync(string address, string subject)
    {
        try
        {
            var found = await Http.Client.GetFromJsonAsync<JsonNode>(
                $"{address}/api/messages?pageSize=10&searchTerms={Uri.EscapeDataString(subject)}");
            return (int?)found?["rowCount"];
        }
        catch (Exception silent) when (Http.IsSilence(silent))
        {
            return null;
        }
    }

    /// <summary>Its first conversation takes half a second, which would look like the lateness of the first e-mail.</summary>
    internal async Task WarmUpAsync()
    {
        var mark = $"warm-up-{Random.Shared.Next()}";
        try
        {
            await SendAsync(mark).WaitAsync(TimeSpan.FromSeconds(10));
            for (var attempt = 0; attempt < 20; attempt++)
            {
                var found = await Http.Client.GetFromJsonAsync<JsonNode>($"{Address}/api/messages?searchTerms={mark}");
                if ((string?)found?["results"]?.AsArray().FirstOrDefault()?["id"] is { } id)
                {
                    using var deleted = await Http.Client.DeleteAsync(new Uri($"{Address}/api/messages/{id}"));
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
        catch (Exception silent) when (silent is IOException or SocketException || Http.IsSilence(silent))
        {
            // Then the first e-mail is that much later.
        }
    }

    private async Task SendAsync(string mark)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", SmtpPort);
        using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
        await reader.ReadLineAsync();
        string[] commands =
        [
            "HELO localhost", "MAIL FROM:<warm-up@example.org>", "RCPT TO:<warm-up@example.org>", "DATA",
            $"Subject: {mark}\r\n\r\n.", "QUIT",
        ];
        foreach (var command in commands)
        {
            await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{command}\r\n"));
            await reader.ReadLineAsync();
        }
    }

    private static Dictionary<string, string> ProgramEnvironment()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ["DOTNET_ROLL_FORWARD"] = "Major",
            ["DOTNET_gcServer"] = "0",
        };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
            environment["DOTNET_ROOT"] = root;
        return environment;
    }

    private static string? FindProgram()
    {
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        if (!Directory.Exists(packages))
            return null;
        return Directory.EnumerateDirectories(packages, "rnwood.smtp4dev*").Select(package => Path.Combine(package, Version, "tools"))
            .Where(Directory.Exists)
            .SelectMany(tools => Directory.EnumerateFiles(tools, "Rnwood.Smtp4dev.dll", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal).FirstOrDefault();
    }
}
