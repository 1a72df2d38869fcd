using Mail.SenderService;
using Mail.SenderService.Smtp.Settings;
using Microsoft.Extensions.Logging;

namespace Mail.Tests.Decisions.Smtp;

/// <summary>
/// Variables that other programs read and this one does not: whoever sets one is told which is read, and nothing of its value.
/// </summary>
public sealed class OtherNamesTests
{
    [Theory]
    [InlineData("SMTP_SECURE", "SMTP_USE_TLS")]
    [InlineData("SMTP_SSL", "SMTP_USE_TLS")]
    [InlineData("SMTP_ENCRYPTION", "SMTP_USE_TLS")]
    [InlineData("SMTP_STARTTLS", "SMTP_USE_TLS")]
    [InlineData("SMTP_TLS", "SMTP_USE_TLS")]
    [InlineData("SMTP_USERNAME", "SMTP_USER")]
    [InlineData("SMTP_PASS", "SMTP_PASSWORD")]
    [InlineData("EMAIL_HOST_PASSWORD", "SMTP_PASSWORD")]
    [InlineData("SMTP_FROM", "SMTP_FROM_EMAIL")]
    [InlineData("MAIL_HOST", "SMTP_HOST")]
    [InlineData("SMTP_URL", "SMTP_HOST")]
    [InlineData("SMTP_DOMAIN", "SMTP_EHLO_NAME")]
    public void A_variable_that_nothing_reads_is_named_with_the_one_that_is_read(string other, string read)
    {
        Assert.Equal(
            [$"{other} is set, and nothing reads it: see {read}."],
            SmtpOptions.FromEnvironment(name => name == other ? "hunter2" : null).NotRead);
        Assert.Empty(SmtpOptions.FromEnvironment(name => name == other ? " \n" : null).NotRead);
    }

    [Fact]
    public void All_of_them_are_told_in_one_warning_at_the_start_and_what_is_read_in_none()
    {
        var log = new Told();
        log.Configured(SmtpOptions.FromEnvironment(name => name switch
        {
            "SMTP_SECURE" => "true",
            "SMTP_PASS" => "hunter2",
            "SMTP_HOST" => "smtp.example.com",
            _ => null,
        }));
        Assert.Equal(
            "Some settings have other names here. SMTP_SECURE is set, and nothing reads it: see SMTP_USE_TLS. SMTP_PASS is set, and "
            + "nothing reads it: see SMTP_PASSWORD.",
            Assert.Single(log.Warnings));

        var other = new Told();
        other.Configured(SmtpOptions.FromEnvironment(name => name == "SMTP_USE_TLS" ? "true" : null));
        Assert.Empty(other.Warnings);
    }

    private sealed class Told : ILogger
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                Warnings.Add(formatter(state, exception));
        }
    }
}
