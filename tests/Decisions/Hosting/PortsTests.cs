using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>
/// A port that another program has is named, with what it is meant for and the setting that moves it; and the settings are documented.
/// </summary>
public sealed partial class PortsTests
{
    // What docker answers is what it does where nothing of this system runs: nothing.
    private const string WithoutContainers = "docker() { :; }; root=/nowhere; run=/nowhere;";

    [Theory]
    [InlineData("MAIL_CONFIG_PORT", "the page and the API")]
    [InlineData("MAIL_RABBITMQ_MANAGEMENT_PORT", "RabbitMQ's management UI")]
    [InlineData("MAIL_INBOX_PORT", "the inbox's page")]
    [InlineData("MAIL_INBOX_SMTP_PORT", "the inbox's SMTP")]
    public async Task A_port_that_is_taken_stops_up_with_its_name_before_containers_are_made(string variable, string use)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var free = string.Join(
            ' ',
            Variables().Where(name => name != variable)
                .Select((name, index) => $"[{name}]={(index + 1).ToString(CultureInfo.InvariantCulture)}"));
        var (exitCode, said) = await BashAsync($"{WithoutContainers} settings=({free} [{variable}]={port}); require_free_docker_ports");
        Assert.Equal(
            (1,
                $"error: port {port} on 127.0.0.1, meant for {use}, is taken by another program. Stop that, or choose another port: "
                + $"{variable}="),
            (exitCode, said));
    }

    [Fact]
    public async Task Ports_of_containers_that_run_already_are_ours()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var all = string.Join(' ', Variables().Select(name => $"[{name}]={port}"));
        Assert.Equal((0, ""), await BashAsync(
            $"docker() {{ echo 0d325d1ee41a; }}; root=/nowhere; run=/nowhere; settings=({all}); require_free_docker_ports"));
    }

    [Fact]
    public async Task A_service_that_a_setting_ended_is_quoted_and_the_log_of_one_that_runs_is_not()
    {
        const string Docker = """
            docker() { case $* in
              *' ps '*senderservice) echo healthy ;;
              *' logs '*senderservice) echo 'INF Bus started' ;;
              *' logs '*configservice) echo $'\e[2KAPI_KEY is too short: set it' ;;
              *' logs '*) echo '{"@m":"ready"}' ;;
            esac; }
            root=/nowhere; run=/nowhere; show_last_words
            """;
        Assert.Equal((0, "configservice said last: API_KEY is too short: set it"), await BashAsync(Docker));
    }

    [Theory]
    [InlineData("docs/settings.md")]
    [InlineData(".env.example")]
    public void Each_setting_of_a_port_is_documented(string file)
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Root, file));
        Assert.NotEmpty(Variables());
        Assert.All(Variables(), name => Assert.Contains(name, text, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Variables() =>
    [
        .. Directory.GetFiles(Path.Combine(Checkout.Root, "deploy"), "*.sh", SearchOption.AllDirectories)
            .Append(Path.Combine(Checkout.Root, "docker-compose.override.yml"))
            .SelectMany(file => Variable().Matches(File.ReadAllText(file))).Select(match => match.Value)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static async Task<(int ExitCode, string Said)> BashAsync(string commands)
    {
        var deploy = Path.Combine(Checkout.Root, "deploy");
        var script =
            $"set -euo pipefail; shopt -s inherit_errexit; source '{deploy}/native/processes.sh'; source '{deploy}/settings.sh'; source "
            + $"'{deploy}/compose.sh'; {commands}";
        using var process = Process.Start(
            new ProcessStartInfo("bash", ["-c", script]) { UseShellExecute = false, RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said.Trim());
    }

    [GeneratedRegex("MAIL_[A-Z_]+_PORT", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
