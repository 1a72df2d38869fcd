using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;
using Mail.Hosting;
using Microsoft.Extensions.Configuration;
using Npgsql;
using YamlDotNet.RepresentationModel;

namespace Mail.Tests.Decisions;

/// <summary>The files that platforms read, as far as they can be held against something here.</summary>
public sealed partial class DeploymentsTests
{
    private static readonly string _root = Checkout.Root;

    public static TheoryData<string> Yaml => [.. Files("*.yml").Concat(Files("*.yaml"))];

    public static TheoryData<string> Manifests =>
        [
            .. Files("*.yaml").Where(file => file.StartsWith("deploy/kubernetes/", StringComparison.Ordinal)
                && !file.EndsWith("kustomization.yaml", StringComparison.Ordinal)
                && !file.StartsWith("deploy/kubernetes/keda/", StringComparison.Ordinal)),
        ];

    [Theory]
    [MemberData(nameof(Yaml))]
    public void Each_file_is_yaml(string file) => Assert.NotEmpty(Documents(file));

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Each_manifest_has_the_fields_that_Kubernetes_knows_and_no_other(string file) =>
        Assert.Equal(
            Documents(file).Count, KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(_root, file)), strict: true).Count);

    [Fact]
    public void Each_kustomization_names_files_that_are_there()
    {
        foreach (var folder in new[] { "base", "keda", "servers" })
        {
            var area = Path.Combine(_root, "deploy", "kubernetes", folder);
            var resources = (YamlSequenceNode)((YamlMappingNode)Documents(Path.Combine(area, "kustomization.yaml")).Single())["resources"];
            Assert.All(
                resources.Select(resource => Path.Combine(area, (string)resource!)),
                resource => Assert.True(File.Exists(resource) || Directory.Exists(resource), resource));
        }
    }

    [Theory]
    [InlineData("config")]
    [InlineData("scheduler")]
    [InlineData("sender")]
    public void Each_Railway_service_is_built_from_the_Dockerfile_and_asked_where_it_answers(string service)
    {
        var file = JsonNode.Parse(File.ReadAllText(Path.Combine(_root, "deploy", "railway", $"{service}.json")))!;
        Assert.True(File.Exists(Path.Combine(_root, (string)file["build"]!["dockerfilePath"]!)));
        Assert.Matches("^/health/(live|ready)$", (string)file["deploy"]!["healthcheckPath"]!);
    }

    [Fact]
    public void Compose_hands_on_every_setting_of_the_readme_so_that_platforms_ask_for_it()
    {
        var compose = (YamlMappingNode)Documents("docker-compose.yml").Single();
        var handedOn = ((YamlMappingNode)compose["x-environment"])
            .Select(variable => (string)variable.Key!).ToHashSet(StringComparer.Ordinal);
        // Each service has a name of its own there, compose's own PostgreSQL has one user, and a file of certificates would have to be
        // mounted. The private keys go to senders alone.
        Assert.Empty(
            Settings().Except(handedOn).Except(["INSTANCE_NAME", "POSTGRES_USER", "SSL_CERT_FILE", "SECRETS_PRIVATE_KEYS"]));
    }

    [Theory]
    [InlineData("configservice", false)]
    [InlineData("schedulerservice", false)]
    [InlineData("senderservice", true)]
    public void Compose_gives_the_private_keys_to_senders_alone(string service, bool has)
    {
        var compose = (YamlMappingNode)Documents("docker-compose.yml").Single();
        Assert.DoesNotContain("SECRETS_PRIVATE_KEYS", ((YamlMappingNode)compose["x-environment"]).Select(each => (string)each.Key!));
        Assert.Equal(
            has,
            ((YamlMappingNode)compose["services"][service]["environment"]).Any(each => (string)each.Key! == "SECRETS_PRIVATE_KEYS"));
    }

    [Theory]
    [InlineData("configservice", "config-{number}")]
    [InlineData("schedulerservice", "scheduler-{number}")]
    [InlineData("senderservice", "sender-{number}")]
    public void Compose_calls_each_instance_by_what_it_is_and_its_number(string service, string name)
    {
        var services = (YamlMappingNode)((YamlMappingNode)Documents("docker-compose.yml").Single())["services"];
        Assert.Equal(name, (string)services[service]["environment"]["INSTANCE_NAME"]!);
    }

    [Fact]
    public void RabbitMQ_has_a_minor_version_wherever_it_keeps_data_that_matters()
    {
        var named = Files("*.yml").Concat(Files("*.yaml")).Append("docs/deploy-railway.md")
            .Where(file => file != "docker-compose.override.yml")
            .SelectMany(file => Broker().Matches(File.ReadAllText(Path.Combine(_root, file))))
            .Select(match => match.Groups["tag"].Value).ToList();
        Assert.True(named.Count >= 5);
        Assert.Matches(@"^4\.\d+-management$", Assert.Single(named.Distinct(StringComparer.Ordinal)));
    }

    [Fact]
    public void Compose_asks_often_until_a_service_is_healthy_and_seldom_from_then_on()
    {
        foreach (var file in new[] { "docker-compose.yml", "docker-compose.cluster.yml" })
        {
            var checks = Documents(file).SelectMany(document => document.AllNodes).OfType<YamlMappingNode>()
                .Where(node => node.Children.ContainsKey("start_period")).ToList();
            Assert.NotEmpty(checks);
            Assert.All(checks, check => Assert.Equal("1s", (string)check["start_interval"]!));
        }
    }

    [Theory]
    [InlineData("deploy/render/render.yaml")]
    [InlineData("docs/deploy-railway.md")]
    [InlineData("docs/deploy-kubernetes.md")]
    [InlineData("docs/deploy-coolify.md")]
    public void What_a_platform_is_told_to_set_is_a_setting(string file)
    {
        var known = Settings().Concat(["SERVICE", "PORT"]).ToHashSet(StringComparer.Ordinal);
        var text = File.ReadAllText(Path.Combine(_root, file));
        var named = Variable().Matches(text).Select(match => match.Value)
            .Where(name => name.StartsWith("SMTP_", StringComparison.Ordinal) || name.StartsWith("MAIL_", StringComparison.Ordinal)
                || name.StartsWith("ConnectionStrings__", StringComparison.Ordinal) || name == "API_KEY")
            .Distinct(StringComparer.Ordinal).ToList();
        Assert.Contains("API_KEY", named);
        Assert.Empty(named.Except(known));
    }

    // A password may have characters that would end it within an address: 54sd/d56, pa#ss, p@ss, q7/Xk+9Zb2==, a;b.
    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("docker-compose.override.yml")]
    [InlineData("docker-compose.cluster.yml")]
    [InlineData("deploy/tls/docker-compose.yml")]
    [InlineData("deploy/render/render.yaml")]
    [InlineData("deploy/kubernetes/keda/sender-scaling.yaml")]
    [InlineData("docs/deploy-kubernetes.md")]
    [InlineData("docs/deploy-railway.md")]
    public void No_password_is_pasted_into_an_address(string file)
    {
        var text = File.ReadAllText(Path.Combine(_root, file));
        Assert.DoesNotMatch(PasswordInAddress(), text);
        // Who has RabbitMQ's address has its password beside it.
        if (text.Contains("ConnectionStrings__RabbitMq", StringComparison.Ordinal))
        {
            Assert.Contains(
                "RABBITMQ_PASSWORD",
                file.Contains("cluster", StringComparison.Ordinal) ? File.ReadAllText(Path.Combine(_root, "docker-compose.yml")) : text,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("54sd/d56")]
    [InlineData("pa#ss")]
    [InlineData("p@ss")]
    [InlineData("q7/Xk+9Zb2==")]
    [InlineData("a;b")]
    [InlineData("a'b\"c=d e")]
    public void A_password_beside_the_address_is_taken_as_it_is(string password)
    {
        var configuration = new ConfigurationManager();
        foreach (var (name, value) in (YamlMappingNode)((YamlMappingNode)Documents("docker-compose.yml").Single())["x-environment"])
        {
            configuration[((string)name!).Replace("__", ":", StringComparison.Ordinal)] = Default().Replace(
                (string)value!, match => match.Groups["name"].Value.EndsWith("_PASSWORD", StringComparison.Ordinal) ? password : "");
        }

        var broker = RabbitMq.Address(configuration);
        Assert.Equal(
            ("mail", password, "rabbitmq", "mail"), (broker.User, broker.Password, broker.Nodes.Single().HostName, broker.VirtualHost));
        var database = Postgres.Address(configuration);
        Assert.Equal(
            ("mail", password, "postgres", "mail"),
            (database.Username, new NpgsqlConnectionStringBuilder(database.ConnectionString).Password, database.Host, database.Database));
    }

    /// <summary>The variables of the page of settings.</summary>
    private static List<string> Settings() =>
        [
            .. File.ReadAllLines(Path.Combine(_root, "docs/settings.md"))
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|').Length == 5)
                .SelectMany(line => Variable().Matches(line.Split('|')[1]))
                .Select(match => match.Value),
        ];

    private static List<YamlNode> Documents(string file)
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(Path.Combine(_root, file));
        yaml.Load(reader);
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    private static IEnumerable<string> Files(string pattern) =>
        Directory.GetFiles(_root, pattern).Concat(Directory.GetFiles(Path.Combine(_root, "deploy"), pattern, SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(_root, file));

    // amqp://user:${…}@, postgres://user:…@, Password=${…}; but not the name of a variable that ends so.
    [GeneratedRegex(
        @"(amqps?|postgres(ql)?)://[^\s/@]*:[^\s/@]*@|(?<![A-Z_])Password=",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PasswordInAddress();

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_]+):-[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Default();

    [GeneratedRegex("rabbitmq:(?<tag>[0-9.]+-management)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Broker();

    [GeneratedRegex("[A-Za-z]+_[A-Za-z_]+", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();
}
