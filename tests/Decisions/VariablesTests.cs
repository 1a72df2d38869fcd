using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Mail.Tests.Decisions;

/// <summary>
/// Environment variables: what the documents and the platforms' files name is read by something, and what is read is documented.
/// </summary>
public sealed partial class VariablesTests
{
    private static readonly string _root = Checkout.Root;

    /// <summary>What the services read: literals of their code, and what ASP.NET Core, OpenTelemetry and .NET read in our place.</summary>
    private static readonly HashSet<string> _services =
    [
        .. Code("services").Concat(Code("scheduler")).Concat(Code("store"))
            .SelectMany(text => Literal().Matches(text)).Select(match => match.Groups["name"].Value),
        .. SecretsFromFiles().Select(name => $"{name}_FILE"),
        "ConnectionStrings__Postgres", "ConnectionStrings__RabbitMq",
        "ASPNETCORE_ENVIRONMENT", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS",
        "SSL_CERT_FILE", "DOTNET_EnableDiagnostics",
    ];

    /// <summary>
    /// What only others read: the programs of this checkout, compose, the Dockerfile, the images of the servers, the platforms.
    /// </summary>
    private static readonly HashSet<string> _others =
    [
        // ./mail, the compose files and the Dockerfile.
        .. Code("tools").SelectMany(text => Literal().Matches(text)).Select(match => match.Groups["name"].Value),
        .. Files(".", "docker-compose*.yml").Concat(Files("deploy", "*.yml"))
            .SelectMany(file => Interpolated().Matches(Text(file))).Select(match => match.Groups["name"].Value),
        .. Argument().Matches(Text("Dockerfile")).Select(match => match.Groups["name"].Value),
        // The images of PostgreSQL and RabbitMQ (https://hub.docker.com/_/postgres, https://hub.docker.com/_/rabbitmq), and the inbox.
        "POSTGRES_DB", "PGDATA", "PGPASSWORD", "RABBITMQ_DEFAULT_USER", "RABBITMQ_DEFAULT_PASS", "RABBITMQ_DEFAULT_VHOST",
        "RABBITMQ_NODENAME", "RABBITMQ_ERLANG_COOKIE",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "ServerOptions__HostName", "ServerOptions__NumberOfMessagesToKeep", "DOTNET_gcServer",
        // What Render and Railway tell or are told.
        "PORT", "DATABASE_URL",
        // .NET's HTTP client.
        "HTTPS_PROXY",
    ];

    public static TheoryData<string> Documents => [.. Files("docs", "deploy-*.md").Append("README.md").Concat(
        [
            "docs/settings.md", "docs/api.md", "docs/telemetry.md", "docs/credentials.md", "docs/cluster.md", "docs/backup.md",
            "docs/security.md", "docs/troubleshooting.md", "docs/proxies.md", "docs/upgrades.md", "docs/oauth2-microsoft.md",
            "docs/oauth2-google.md",
        ])];

    public static TheoryData<string> Manifests => [.. Files(".", "docker-compose*.yml").Concat(Files("deploy", "*.yml"))
        .Concat(Files("deploy", "*.yaml")).Where(file => !file.StartsWith("deploy/telemetry", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Each_variable_that_a_document_names_is_read_by_something(string file)
    {
        var named = Named().Matches(Text(file)).Select(match => match.Value).Where(name => !_notVariables.Contains(name));
        Assert.Empty(named.Except(_services).Except(_others));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Each_variable_that_a_file_of_a_platform_sets_is_read_by_something(string file)
    {
        var yaml = new YamlStream();
        using (var reader = File.OpenText(Path.Combine(_root, file)))
            yaml.Load(reader);
        var set = yaml.Documents.SelectMany(document => Set(document.RootNode)).ToList();
        Assert.Empty(set.Except(_services).Except(_others));
    }

    [Fact]
    public void Each_variable_of_the_example_is_read_by_something() =>
        Assert.Empty(
            Exampled().Matches(Text(".env.example")).Select(match => match.Groups["name"].Value).Except(_services).Except(_others));

    [Fact]
    public void Each_variable_that_a_service_reads_is_on_the_page_of_settings()
    {
        var settings = Text("docs/settings.md");
        // Images set these two, and the health probe reads them back.
        Assert.DoesNotContain(
            _services.Except(["ASPNETCORE_URLS", "ASPNETCORE_HTTP_PORTS", "DOTNET_EnableDiagnostics"]),
            name => !settings.Contains($"`{name}`", StringComparison.Ordinal) && !settings.Contains($"`{name}=", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_setting_of_the_command_and_of_the_compose_files_is_documented()
    {
        var documents = string.Concat(Files("docs", "*.md").Append("README.md").Select(Text));
        var settings = _others.Where(
            name => name.StartsWith("MAIL_", StringComparison.Ordinal) || name is "DOMAIN" or "RABBITMQ_IMAGE" or "RABBITMQ_ERLANG_COOKIE");
        Assert.DoesNotContain(settings, name => !documents.Contains(name, StringComparison.Ordinal));
    }

    /// <summary>Words in capitals that are no variables.</summary>
    private static readonly HashSet<string> _notVariables = ["PRECONDITION_FAILED"];

    private static IEnumerable<string> SecretsFromFiles()
    {
        var list = SecretNames().Match(Text("services/Hosting/SecretFiles.cs")).Groups["list"].Value;
        return Quoted().Matches(list).Select(match => match.Groups["name"].Value.Replace(":", "__", StringComparison.Ordinal));
    }

    /// <summary>
    /// The variables that a manifest sets: keys of <c>environment</c>, names of <c>env</c>, keys of <c>envVars</c>, and literals.
    /// </summary>
    private static IEnumerable<string> Set(YamlNode node) => node switch
    {
        YamlMappingNode mapping => mapping.SelectMany(entry => (string)entry.Key! switch
        {
            "environment" or "x-environment" or "x-local" when entry.Value is YamlMappingNode environment =>
                environment.Select(variable => (string)variable.Key!).Where(name => name != "<<"),
            "env" when entry.Value is YamlSequenceNode variables => variables.Select(variable => (string)variable["name"]!),
            "envVars" => ((YamlSequenceNode)entry.Value).OfType<YamlMappingNode>()
                .Where(variable => variable.Children.ContainsKey("key")).Select(variable => (string)variable["key"]!),
            "literals" => ((YamlSequenceNode)entry.Value).Select(literal => ((string)literal!).Split('=')[0]),
            _ => Set(entry.Value),
        }),
        YamlSequenceNode sequence => sequence.SelectMany(Set),
        _ => [],
    };

    private static IEnumerable<string> Code(string folder) => Files(folder, "*.cs").Select(Text);

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(
            Path.Combine(_root, folder), pattern, folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(_root, file));

    private static string Text(string file) => File.ReadAllText(Path.Combine(_root, file));

    [GeneratedRegex("\"(?<name>[A-Z][A-Z0-9]+(_[A-Z0-9]+)+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Literal();

    [GeneratedRegex(
        "[A-Z][A-Z0-9]+(_[A-Z0-9]+)+|ConnectionStrings__[A-Za-z]+(_FILE)?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Named();

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Interpolated();

    [GeneratedRegex(@"^ARG (?<name>[A-Z_]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Argument();

    [GeneratedRegex(@"^(# )?(?<name>[A-Z_]+)=", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex Exampled();

    [GeneratedRegex(@"_names =\s*\[(?<list>[^\]]*)\]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SecretNames();

    [GeneratedRegex("\"(?<name>[A-Za-z:_]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Quoted();
}
