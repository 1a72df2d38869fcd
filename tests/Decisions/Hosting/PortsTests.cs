using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Mail.Local;
using Mail.Local.Processes;
using Mail.Local.Running;
using Mail.Local.Settings;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>
/// A port that another program has is named, with what it is meant for and the setting that moves it; and the settings are documented.
/// </summary>
public sealed partial class PortsTests
{
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
        var ports = Variables().Select((name, index) => (name, name == variable ? port : $"{index + 1}"));
        // What docker answers is what it does where nothing of this system runs: nothing.
        var refused = await Assert.ThrowsAsync<LocalException>(() => SystemWith(_ => "", ports).RequireFreePortsAsync());
        Assert.Equal(
            $"port {port} on 127.0.0.1, meant for {use}, is taken by another program. Stop that, or choose another port: {variable}=",
            refused.Message);
    }

    [Fact]
    public async Task Ports_of_containers_that_run_already_are_ours()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await SystemWith(_ => "0d325d1ee41a", Variables().Select(name => (name, port))).RequireFreePortsAsync();
    }

    [Fact]
    public async Task A_service_that_a_setting_ended_is_quoted_and_the_log_of_one_that_runs_is_not() =>
        Assert.Equal(
            ["configservice said last: API_KEY is too short: set it"],
            await SystemWith(
                arguments => (arguments.Contains("logs"), arguments[^1]) switch
                {
                    (false, "senderservice") => "healthy\n",
                    (true, "senderservice") => "INF Bus started\n",
                    (true, "configservice") => "\e[2KAPI_KEY is too short: set it\n",
                    (true, _) => "{\"@m\":\"ready\"}\n",
                    _ => "",
                },
                []).LastWordsAsync());

    [Theory]
    [InlineData("docs/settings.md")]
    [InlineData(".env.example")]
    public void Each_setting_of_a_port_is_documented(string file)
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Root, file));
        Assert.NotEmpty(Variables());
        Assert.All(Variables(), name => Assert.Contains(name, text, StringComparison.Ordinal));
    }

    private static DockerSystem SystemWith(Func<IReadOnlyList<string>, string> docker, IEnumerable<(string Name, string Value)> ports)
    {
        var settings = LocalSettings.Load("/nowhere", ports.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
        return new(
            new("/nowhere", "/nowhere"), settings,
            new Compose("/nowhere", settings, (arguments, _) => Task.FromResult(new ToolResult(0, docker(arguments), ""))));
    }

    private static IReadOnlyList<string> Variables() =>
    [
        .. Directory.GetFiles(Path.Combine(Checkout.Root, "tools", "Mail.Local"), "*.cs", SearchOption.AllDirectories)
            .Append(Path.Combine(Checkout.Root, "docker-compose.override.yml"))
            .SelectMany(file => Variable().Matches(File.ReadAllText(file))).Select(match => match.Value)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    [GeneratedRegex("MAIL_[A-Z_]+_PORT", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
