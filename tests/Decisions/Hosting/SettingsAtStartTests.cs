using Mail.Hosting;
using Microsoft.Extensions.Configuration;
using Serilog.Events;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>Settings are trimmed in one place, and what the libraries would ignore is judged before they see it.</summary>
public sealed class SettingsAtStartTests
{
    private const string Reference = "POSTGRES_PASSWORD is a reference that nothing has replaced by a value: write the value itself.";

    [Theory]
    [InlineData("value", "value")]
    [InlineData(" value\r\n", "value")]
    [InlineData("\tval ue\u00A0", "val ue")]
    [InlineData("\uFEFFvalue\u200B\u2060", "value")]
    [InlineData("\u200E\n", "")]
    public void Every_setting_is_trimmed_of_what_nobody_sees_at_its_ends(string text, string trimmed)
    {
        var configuration = Of(("API_KEY", text));
        configuration.TrimSettings();
        Assert.Equal(trimmed, configuration["API_KEY"]);
    }

    [Theory]
    [InlineData("API_KEY", "'a key in quotes that is long enough'", "API_KEY begins and ends with a quote: remove them.")]
    [InlineData("API_KEY", "${API_KEY}", "API_KEY is a reference that nothing has replaced by a value: write the value itself.")]
    [InlineData(
        "API_KEY", "@Microsoft.KeyVault(SecretUri=https://acme.vault.azure.net/secrets/key)",
        "API_KEY is a reference that nothing has replaced by a value: write the value itself.")]
    [InlineData("POSTGRES_PASSWORD", "$(POSTGRES_PASSWORD)", Reference)]
    [InlineData("POSTGRES_PASSWORD", "$POSTGRES_PASSWORD", Reference)]
    [InlineData("POSTGRES_PASSWORD", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mail", Reference)]
    [InlineData("POSTGRES_PASSWORD", "arn:aws:ssm:eu-central-1:123456789012:parameter/mail", Reference)]
    [InlineData("POSTGRES_PASSWORD", "op://mail/postgres/password", Reference)]
    [InlineData("POSTGRES_PASSWORD", "vault:secret/data/mail#password", Reference)]
    [InlineData("POSTGRES_PASSWORD", "secretref:postgres-password", Reference)]
    [InlineData("POSTGRES_PASSWORD", "ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=]", Reference)]
    [InlineData("MAIL_INSTANCE", "\"production\"", "MAIL_INSTANCE begins and ends with a quote: remove them.")]
    [InlineData("INSTANCE_NAME", "'sender-{number}'", "INSTANCE_NAME begins and ends with a quote: remove them.")]
    [InlineData("SSL_CERT_FILE", "'/etc/ssl/ca.pem'", "SSL_CERT_FILE begins and ends with a quote: remove them.")]
    [InlineData("ENVIRONMENT", "\"Production\"", "ASPNETCORE_ENVIRONMENT begins and ends with a quote: remove them.")]
    [InlineData(
        "ConnectionStrings:RabbitMq", "\"amqp://rabbitmq\"", "ConnectionStrings__RabbitMq begins and ends with a quote: remove them.")]
    [InlineData(
        "ConnectionStrings:Postgres", "ConnectionStrings__Postgres=Host=db",
        "ConnectionStrings__Postgres begins with its own name: leave the name and the = after it out.")]
    [InlineData("URLS", "8080", "ASPNETCORE_URLS has \"8080\": set an address to listen at, for example http://*:8080.")]
    [InlineData(
        "HTTP_PORTS", "8080;http", "ASPNETCORE_HTTP_PORTS has \"http\": set port numbers, with semicolons between them, such as 8080.")]
    [InlineData("FORWARDEDHEADERS_ENABLED", "1", "ASPNETCORE_FORWARDEDHEADERS_ENABLED is \"1\": set true or false.")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317",
        "OTEL_EXPORTER_OTLP_ENDPOINT is \"collector:4317\": set a URL, for example http://collector:4317.")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "OTEL_EXPORTER_OTLP_PROTOCOL is \"http/json\": set grpc or http/protobuf.")]
    public void What_cannot_be_used_is_named_with_what_to_set(string name, string value, string line) =>
        Assert.Equal(line, Assert.Throws<SettingException>(() => Of((name, value)).CheckSettings()).Message);

    [Fact]
    public void What_can_be_used_is_left_alone() => Of(
        ("API_KEY", "a key that is long enough"), ("URLS", "http://127.0.0.1:8080;http://*:9090"), ("HTTP_PORTS", "8080;9090"),
        ("FORWARDEDHEADERS_ENABLED", "True"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("POSTGRES_PASSWORD", "'quoted on both sides'"),
        ("RABBITMQ_PASSWORD", "$ecret"), ("MAIL_INSTANCE", "production"), ("INSTANCE_NAME", "sender-{number}"),
        ("LOG_LEVEL", "")).CheckSettings();

    [Theory]
    [InlineData("", LogEventLevel.Information)]
    [InlineData("info", LogEventLevel.Information)]
    [InlineData("WARN", LogEventLevel.Warning)]
    [InlineData("Debug", LogEventLevel.Debug)]
    [InlineData("trace", LogEventLevel.Verbose)]
    [InlineData("critical", LogEventLevel.Fatal)]
    public void A_level_has_the_names_that_other_libraries_have_too(string text, LogEventLevel level) =>
        Assert.Equal(level, SettingsAtStart.LogLevel(Of(("LOG_LEVEL", text))));

    [Theory]
    [InlineData("loud")]
    [InlineData("7")]
    public void A_level_that_is_none_is_refused(string text) =>
        Assert.Throws<SettingException>(() => SettingsAtStart.LogLevel(Of(("LOG_LEVEL", text))));

    private static ConfigurationManager Of(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        return configuration;
    }
}
