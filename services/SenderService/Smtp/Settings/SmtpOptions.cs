using Mail.Messages;
using Mail.SenderService.Smtp.OAuth;
using Mail.Store;

namespace Mail.SenderService.Smtp.Settings;

/// <summary>
/// The account that e-mail is sent through, from the <c>SMTP_…</c> environment variables.
/// A class, not a record: a record's ToString would print the password.
/// </summary>
public sealed class SmtpOptions
{
    /// <summary><c>SMTP_HOST</c></summary>
    public string Host { get; init; } = "";

    /// <summary><c>SMTP_PORT</c></summary>
    public int Port { get; init; } = 587;

    /// <summary><c>SMTP_USER</c></summary>
    public string User { get; init; } = "";

    /// <summary><c>SMTP_PASSWORD</c></summary>
    public string Password { get; init; } = "";

    /// <summary><c>SMTP_FROM_EMAIL</c>: a bare address.</summary>
    public string FromEmail { get; init; } = "";

    /// <summary><c>SMTP_FROM_NAME</c></summary>
    public string FromName { get; init; } = "";

    /// <summary>Both of them.</summary>
    public MessageFrom From => new(FromEmail, FromName);

    /// <summary><c>SMTP_TIMEOUT</c>: seconds that one step of the conversation may take.</summary>
    public int TimeoutSeconds { get; init; } = 30;

    /// <summary>
    /// <c>SMTP_USE_TLS</c>: true demands STARTTLS; false means TLS from the first byte on port 465, plain text elsewhere.
    /// </summary>
    public bool UseTls { get; init; } = true;

    /// <summary><c>SMTP_ALLOW_PLAINTEXT</c>: plain text is meant.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary><c>SMTP_AUTH</c>, see <see cref="SmtpAuth"/>.</summary>
    public string Auth { get; init; } = SmtpAuth.Default;

    /// <summary><c>SMTP_OAUTH_TENANT</c></summary>
    internal Tenant? OAuthTenant { get; init; }

    /// <summary><c>SMTP_OAUTH_APP_ID</c></summary>
    internal string OAuthAppId { get; init; } = "";

    /// <summary><c>SMTP_OAUTH_APP_SECRET</c></summary>
    internal string OAuthAppSecret { get; init; } = "";

    /// <summary><c>SMTP_OAUTH_SERVICE_ACCOUNT</c></summary>
    internal ServiceAccount? OAuthServiceAccount { get; init; }

    /// <summary><c>SMTP_MAX_CONNECTIONS</c></summary>
    public int MaxConnections { get; init; } = 16;

    /// <summary><c>SMTP_RATE</c>: e-mails a second over all senders of this account; null for no limit.</summary>
    public double? Rate { get; init; }

    /// <summary><c>SMTP_EHLO_NAME</c>: the name in EHLO; null for this machine's own.</summary>
    public string? EhloName { get; init; }

    /// <summary>
    /// How long a message may take up to its final dot: ten steps, and what its bytes take over a line of half a megabit a second.
    /// </summary>
    public TimeSpan MessageTimeout(long bytes) => (Timeout * 10) + TimeSpan.FromSeconds(bytes / (64.0 * 1024));

    /// <summary>
    /// How long the reply to the final dot is waited for (RFC 5321, 4.5.3.2.6), whatever <c>SMTP_TIMEOUT</c> says of the other steps.
    /// </summary>
    public TimeSpan FinalReplyTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The variables that are set and can't be used, each with what is wrong with it: the end of a sentence that begins with its name.
    /// </summary>
    public IReadOnlyDictionary<string, string> Invalid { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The variables that are set and that nothing reads, see <see cref="OtherNames"/>: a sentence for each.</summary>
    public IReadOnlyList<string> NotRead { get; init; } = [];

    /// <summary>
    /// How the connection is secured, see <see cref="SmtpSecurity"/>. It follows from <c>SMTP_USE_TLS</c> and the port unless it is set.
    /// </summary>
    public string Security
    {
        get => field ?? (UseTls ? SmtpSecurity.Starttls : Port == 465 ? SmtpSecurity.Tls : SmtpSecurity.None);
        init;
    }

    /// <summary>Whether the sender logs in.</summary>
    public bool LogsIn => !Auth.Equals(SmtpAuth.None, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it logs in with an access token (OAuth2) in place of a password.</summary>
    public bool UsesTokens => Auth is SmtpAuth.Microsoft or SmtpAuth.Google;

    /// <summary>The account as one name. All senders of one share its rate.</summary>
    public string Account => $"{User}@{Host}:{Port}";

    /// <summary>What one step of the conversation may take.</summary>
    public TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);

    /// <summary>What the settings come to, for people. What is missing or can't be used is null.</summary>
    public EffectiveSmtp Effective() =>
        new(Known(Host), Invalid.ContainsKey("SMTP_PORT") ? null : Port, Security, TimeoutSeconds, Known(FromEmail), Known(FromName));

    private static string? Known(string text) => text.Length == 0 ? null : text;

    /// <summary>
    /// The environment variables that are missing. One that is set and can't be used is not: it is <see cref="Invalid"/>.
    /// </summary>
    public IReadOnlyList<string> Missing()
    {
        var missing = new List<string>();
        Require("SMTP_HOST", Host.Length > 0);
        Require("SMTP_USER", !LogsIn || User.Length > 0, "SMTP_AUTH");
        Require("SMTP_PASSWORD", !LogsIn || UsesTokens || Password.Length > 0, "SMTP_AUTH");
        Require("SMTP_OAUTH_TENANT", Auth != SmtpAuth.Microsoft || OAuthTenant is not null);
        Require("SMTP_OAUTH_APP_ID", Auth != SmtpAuth.Microsoft || OAuthAppId.Length > 0);
        Require("SMTP_OAUTH_APP_SECRET", Auth != SmtpAuth.Microsoft || OAuthAppSecret.Length > 0);
        var hasAccount = Auth != SmtpAuth.Google || OAuthServiceAccount is not null;
        Require("SMTP_OAUTH_SERVICE_ACCOUNT_FILE", hasAccount, "SMTP_OAUTH_SERVICE_ACCOUNT");
        Require("SMTP_FROM_EMAIL", Mailboxes.IsBare(FromEmail));
        Require("SMTP_ALLOW_PLAINTEXT", Security != SmtpSecurity.None || AllowPlaintext, "SMTP_USE_TLS", "SMTP_PORT", "SMTP_HOST");
        return missing;

        // Nobody can say whether it is needed while what that hangs on can't be used.
        void Require(string name, bool there, params ReadOnlySpan<string> becauseOf)
        {
            var isUnclear = Invalid.ContainsKey(name);
            foreach (var other in becauseOf)
                isUnclear |= Invalid.ContainsKey(other);
            if (!there && !isUnclear)
                missing.Add(name);
        }
    }

    /// <summary>Reads the environment. An empty variable is an unset one.</summary>
    /// <param name="get">A variable's value by its name, null where it is unset.</param>
    public static SmtpOptions FromEnvironment(Func<string, string?> get)
    {
        var variables = new Variables(get);
        var host = variables.Apart("SMTP_HOST", HostSetting.Parse);
        var port = variables.Number(
            "SMTP_PORT", host?.Port ?? 587, 1, 65535, "set 587 or 465, or what your provider says, from 1 to 65535");
        if (host?.Port is { } beside && beside != port)
            variables.Refuse("SMTP_HOST", "has another port than SMTP_PORT: leave it out");
        var from = variables.Apart("SMTP_FROM_EMAIL", FromSetting.Parse);
        var name = variables.Text("SMTP_FROM_NAME");
        var auth = variables.Word("SMTP_AUTH", SmtpAuth.Default, SmtpAuth.Refuse);
        var user = variables.Login("SMTP_USER");
        if (MailboxSetting.Refuse(auth, user) is { } noMailbox)
            variables.Refuse("SMTP_USER", noMailbox);
        return new SmtpOptions
        {
            Host = host?.Name ?? "",
            Port = port,
            User = user,
            Password = variables.Secret("SMTP_PASSWORD"),
            FromEmail = from?.Address ?? "",
            FromName = name.Length > 0 ? name : from?.Name ?? "",
            TimeoutSeconds = variables.Number("SMTP_TIMEOUT", 30, 1, 3600, "set seconds, from 1 to 3600"),
            UseTls = variables.Flag(
                "SMTP_USE_TLS", otherwise: true, "true demands STARTTLS, false with SMTP_PORT=465 is TLS from the first byte"),
            AllowPlaintext = variables.Flag("SMTP_ALLOW_PLAINTEXT", otherwise: false, "true says that plain text is meant"),
            Auth = auth,
            OAuthTenant = variables.Apart("SMTP_OAUTH_TENANT", Tenant.Parse),
            OAuthAppId = variables.Id(
                "SMTP_OAUTH_APP_ID", "is no id: set the application (client) id, which the overview of the app shows"),
            OAuthAppSecret = variables.Secret(
                "SMTP_OAUTH_APP_SECRET",
                text => Guid.TryParse(text, out _)
                    ? "is the id of a secret: set its value, which is shown only once, when the secret is made"
                    : null),
            OAuthServiceAccount = variables.Document("SMTP_OAUTH_SERVICE_ACCOUNT", ServiceAccount.Parse),
            MaxConnections = variables.Number("SMTP_MAX_CONNECTIONS", 16, 1, 1000, "set connections at once, from 1 to 1000"),
            Rate = variables.Rate("SMTP_RATE"),
            EhloName = variables.HelloName("SMTP_EHLO_NAME"),
            Invalid = variables.Invalid,
            NotRead = OtherNames.SetIn(get)
        };
    }
}
