using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mail.Local.Processes;
using Mail.Local.Settings;

namespace Mail.Local.Running;

/// <summary>The whole system in containers. The same files serve a plain <c>docker compose up</c>.</summary>
/// <param name="checkout">The checkout.</param>
/// <param name="settings">The settings.</param>
/// <param name="compose">Docker compose on the checkout's files.</param>
internal sealed partial class DockerSystem(Checkout checkout, LocalSettings settings, Compose compose) : ILocalSystem
{
    internal const string ModeName = "docker";

    private readonly Inbox _inbox = new(checkout, settings);

    public string? Inbox => settings.UsesLocalInbox ? _inbox.Address : null;

    public async Task<string> UpAsync(IReadOnlyDictionary<ServiceKind, int> scale)
    {
        if (!await DockerEngine.AnswersAsync())
            throw new LocalException("no Docker engine answers; start one, or use ./mail up --native");
        if (!await compose.IsInstalledAsync())
            throw new LocalException("docker has no compose plugin; install docker-compose-plugin, or use ./mail up --native");
        checkout.WriteMode(ModeName);
        var wanted = Scale.Choose(checkout, scale);
        var options = ServiceKind.All.SelectMany(kind => (string[])["--scale", $"{kind.ComposeService}={wanted[kind]}"]);
        if (!settings.UsesLocalInbox)
            options = options.Concat(["--scale", "inbox=0"]);
        // One port can be published for one container only.
        var first = ServiceKind.Config.Port(settings, 1);
        if (wanted[ServiceKind.Config] > 1)
            compose.Environment["MAIL_CONFIG_PORT"] = $"{first}-{ServiceKind.Config.Port(settings, wanted[ServiceKind.Config])}";
        await RequireFreePortsAsync();
        compose.Environment["SOURCE_COMMIT"] = await SourceCommitAsync();
        if (await compose.RunInTerminalAsync(["up", "--build", "--detach", "--wait", "--remove-orphans", .. options]) != 0)
        {
            Terminal.Say((await compose.RunAsync("ps", "--all")).All);
            foreach (var words in await LastWordsAsync())
                Terminal.Say(words);
            throw new LocalException("not everything is up; ./mail logs tells more");
        }

        if (settings.UsesLocalInbox)
            await WarmInboxUpAsync();
        await SayWhatIsWrongAsync();
        var management = settings.Port("MAIL_RABBITMQ_MANAGEMENT_PORT", 15672);
        return $"http://127.0.0.1:{management} (user mail, password {settings["RABBITMQ_PASSWORD"] ?? "mail"})";
    }

    public async Task DownAsync(bool wipe)
    {
        if (await compose.RunInTerminalAsync(["down", "--remove-orphans", .. wipe ? (string[])["--volumes"] : []]) != 0)
            throw new LocalException("docker compose could not stop everything; see above");
        Scale.Forget(checkout);
    }

    public async Task StopServicesAsync()
    {
        if (await compose.RunInTerminalAsync(["stop", .. ServiceKind.All.Select(kind => kind.ComposeService)]) != 0)
            throw new LocalException("docker compose could not stop the services; see above");
    }

    public async Task<IReadOnlyList<ProcessStatus>> StatusAsync()
    {
        var listed = await compose.RunAsync("ps", "--all", "--format", "json");
        if (listed.ExitCode != 0)
            throw new LocalException($"docker compose does not say what there is: {listed.All.Trim()}");
        // A line for each container, or one array of them: it depends on compose's version (docker/compose 10873).
        var containers = listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))
            .SelectMany(node => node is JsonArray all ? [.. all] : (IEnumerable<JsonNode?>)[node]);
        return [.. containers.OfType<JsonNode>().Select(StatusOf).OrderBy(status => status.Name, StringComparer.Ordinal)];
    }

    public Task<int> FollowLogsAsync(string? service, CancellationToken cancellationToken)
    {
        var kind = service is null
            ? null
            : ServiceKind.All.FirstOrDefault(kind => kind.Name == service || ServiceInstance.Parse(service)?.Kind == kind);
        return compose.RunInTerminalAsync(
            ["logs", "--tail", "50", "--follow", .. service is null ? (string[])[] : [kind?.ComposeService ?? service]], cancellationToken);
    }

    public Tool PostgresTool(string program, Stream? input, params string[] arguments) =>
        compose.Exec(input, "postgres", [program, "--username=mail", .. arguments]);

    /// <summary>Docker's own message says neither what a port is for nor which setting moves it.</summary>
    /// <exception cref="LocalException">One is taken by another program.</exception>
    internal async Task RequireFreePortsAsync()
    {
        await RequireFreePortAsync("configservice", "MAIL_CONFIG_PORT", 8080, "the page and the API");
        await RequireFreePortAsync("rabbitmq", "MAIL_RABBITMQ_MANAGEMENT_PORT", 15672, "RabbitMQ's management UI");
        if (settings.UsesLocalInbox)
        {
            await RequireFreePortAsync("inbox", "MAIL_INBOX_PORT", 8025, "the inbox's page");
            await RequireFreePortAsync("inbox", "MAIL_INBOX_SMTP_PORT", 1025, "the inbox's SMTP");
        }
    }

    /// <summary>
    /// A service that a setting keeps from starting says so in its last line, here without the codes that compose puts around it.
    /// </summary>
    internal async Task<IReadOnlyList<string>> LastWordsAsync()
    {
        List<string> words = [];
        foreach (var service in ServiceKind.All.Select(kind => kind.ComposeService))
        {
            if ((await compose.RunAsync("ps", "--format", "{{.Health}}", service)).Output.Trim() == "healthy")
                continue;
            var logs = await compose.RunAsync("logs", "--no-color", "--no-log-prefix", "--tail", "1", service);
            var last = Colours().Replace(logs.Output, "").Trim();
            if (last.Length > 0 && last[0] != '{')
                words.Add($"{service} said last: {last}");
        }

        return words;
    }

    private async Task RequireFreePortAsync(string service, string variable, int otherwise, string use)
    {
        // A container of ours that is running has it.
        if ((await compose.RunAsync("ps", "--quiet", "--status", "running", service)).Output.Trim().Length == 0)
            await FreePorts.RequireAsync(settings.Port(variable, otherwise), use, $"{variable}=");
    }

    // The commit that the images are built from; nothing where they are not just that, or where there is no git.
    private async Task<string> SourceCommitAsync()
    {
        string[] built =
        [
            "services", "store", "scheduler", "contracts", "Directory.Build.props", "Directory.Packages.props", "global.json", "Dockerfile",
        ];
        if (Tool.Find("git") is not { } git)
            return "";
        var changed = await new Tool(git, ["-C", checkout.Root, "status", "--porcelain", "--", .. built]).RunAsync();
        return changed.All.Length > 0
            ? ""
            : (await new Tool(git, ["-C", checkout.Root, "log", "-1", "--format=%H", "--", .. built]).RunAsync()).Output.Trim();
    }

    // Its container has no health check: the image has nothing to make one with.
    private async Task WarmInboxUpAsync()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (await _inbox.AnswersAsync())
            {
                await _inbox.WarmUpAsync();
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private async Task SayWhatIsWrongAsync()
    {
        var api = new ConfigApi(settings);
        if (await api.UnusableSettingsAsync() is { Length: > 0 } unusable)
            Terminal.Say($"The senders are up but not configured. {unusable} Correct .env and run ./mail up again.");
        // A sender tells within a few seconds of its start that the mail server won't have it.
        else if (await api.SendersTroubleAsync() is { } trouble)
            Terminal.Say($"The senders are up but send nothing: {trouble} E-mail waits, and goes out by itself once that is put right.");
    }

    private static ProcessStatus StatusOf(JsonNode container)
    {
        var state = (string?)container["Status"] ?? (string?)container["State"] ?? "";
        var published = container["Publishers"]?.AsArray().OfType<JsonNode>().Where(port => (int?)port["PublishedPort"] > 0)
            .Select(port => $"127.0.0.1:{port["PublishedPort"]}").Distinct(StringComparer.Ordinal);
        return new(
            (string?)container["Name"] ?? "", (string?)container["State"] == "running", state, null, null,
            published is null ? null : string.Join(", ", published));
    }

    [GeneratedRegex(@"\x1b\[[0-9;]*[A-Za-z]", RegexOptions.NonBacktracking)]
    private static partial Regex Colours();
}
