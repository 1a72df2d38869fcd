using Mail.Hosting;
using Microsoft.Extensions.Configuration;

namespace Mail.Tests.Decisions;

/// <summary>A secret may come from a file.</summary>
public sealed class SecretFilesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("SMTP_PASSWORD")]
    [InlineData("API_KEY")]
    [InlineData("METRICS_KEY")]
    [InlineData("SMTP_OAUTH_TENANT")]
    [InlineData("SMTP_OAUTH_APP_ID")]
    [InlineData("SMTP_OAUTH_APP_SECRET")]
    [InlineData("SMTP_OAUTH_SERVICE_ACCOUNT")]
    [InlineData("ConnectionStrings:Postgres")]
    public void What_the_file_holds_is_the_secret_without_its_last_line_break(string name)
    {
        File.WriteAllText(_file, " se cret\n");
        var configuration = Of(($"{name}_FILE", _file));
        configuration.AddSecretFiles();
        Assert.Equal(" se cret", configuration[name]);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var refused = Assert.Throws<SettingException>(() => Of(("SMTP_PASSWORD_FILE", "/run/secrets/nothing")).AddSecretFiles());
        Assert.StartsWith(
            "SMTP_PASSWORD_FILE names /run/secrets/nothing, which can't be read: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_in_the_place_of_its_file_is_not_told()
    {
        var refused = Assert.Throws<SettingException>(() => Of(("SMTP_PASSWORD_FILE", "s3cr/et")).AddSecretFiles());
        Assert.Equal("SMTP_PASSWORD_FILE names no file: is it the secret itself? Then set SMTP_PASSWORD.", refused.Message);
        Assert.Null(refused.InnerException);
    }

    [Fact]
    public void A_directory_is_what_Docker_makes_of_a_file_that_is_missing()
    {
        var folder = Path.GetTempPath();
        Assert.Equal(
            $"API_KEY_FILE names {folder}, which is a directory: the file to be mounted was not there.",
            Assert.Throws<SettingException>(() => Of(("API_KEY_FILE", folder)).AddSecretFiles()).Message);
    }

    [Theory]
    [InlineData("/run/secrets/nothing.json")]
    [InlineData("{\n  \"type\": \"service_account\"\n}")]
    public void A_file_of_a_service_account_that_is_not_there_is_left_to_the_sender_to_judge(string path)
    {
        var configuration = Of(("SMTP_OAUTH_SERVICE_ACCOUNT_FILE", path));
        configuration.AddSecretFiles();
        Assert.Null(configuration["SMTP_OAUTH_SERVICE_ACCOUNT"]);
        Assert.Contains(
            "SMTP_OAUTH_SERVICE_ACCOUNT_FILE",
            Mail.SenderService.Smtp.Settings.SmtpOptions.FromEnvironment(name => configuration[name]).Invalid.Keys);
    }

    [Fact]
    public void Both_at_once_are_refused()
    {
        var refused = Assert.Throws<SettingException>(
            () => Of(("ConnectionStrings:Postgres_FILE", _file), ("ConnectionStrings:Postgres", "x")).AddSecretFiles());
        Assert.Equal(
            "Both ConnectionStrings__Postgres and ConnectionStrings__Postgres_FILE are set: take one of them away.", refused.Message);
    }

    private static ConfigurationManager Of(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        return configuration;
    }
}
