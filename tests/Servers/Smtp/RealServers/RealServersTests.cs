using Mail.SenderService.Smtp.Settings;
using Mail.Tests.Fixtures.RealServers;

namespace Mail.Tests.Servers.Smtp.RealServers;

/// <summary>The classes that send to Postfix and Exim share them. Each test has recipients of its own.</summary>
[CollectionDefinition(Name)]
public sealed class RealServersTests : ICollectionFixture<RealMailServers>
{
    public const string Name = "Real mail servers";

    private static int _recipients;

    /// <summary>A recipient that no other test has.</summary>
    public static string NewRecipient(string domain = "example.org") => $"ada-{Interlocked.Increment(ref _recipients)}@{domain}";

    internal static Sender To(
        RealMailServer server, string security, string? password = null, int connections = 1, int? port = null) => new(new SmtpOptions
    {
        Host = RealMailServer.Host,
        Port = port ?? PortOf(server, security),
        Security = security,
        AllowPlaintext = security == SmtpSecurity.None,
        Auth = password is null ? "none" : "default",
        User = RealMailServers.Login.User,
        Password = password ?? "",
        FromEmail = "noreply@example.com",
        MaxConnections = connections
    });

    internal static int PortOf(RealMailServer server, string security) =>
        security == SmtpSecurity.Tls ? server.TlsPort : server.StartTlsPort;
}
