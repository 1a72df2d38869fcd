using System.Diagnostics;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Fixtures.RealServers;

/// <summary>Private Postfix and Exim servers from the distribution, on an address and in a folder of their own that go with them.</summary>
public sealed class RealMailServers : IAsyncLifetime
{
    private static readonly string _script = Path.Combine(Repository.Root, "deploy", "native", "mail-servers.sh");

    private readonly string _directory = Path.Combine("/var/tmp", $"mail-tests-smtp-{Environment.ProcessId}");

    public RealMailServers()
    {
        Postfix = new(
            Path.Combine(_directory, "postfix"), ["queue/incoming", "queue/active", "queue/deferred"],
            Path.Combine(_directory, "logs/postfix.log"), startTlsPort: 587, tlsPort: 465);
        Exim = new(
            Path.Combine(_directory, "exim"), ["spool/input"], Path.Combine(_directory, "exim/mainlog"), startTlsPort: 2587, tlsPort: 2465);
    }

    /// <summary>What <see cref="Exim"/> takes as a login.</summary>
    public static (string User, string Password) Login => ("user@example.com", "secret");

    /// <summary>Takes e-mail without a login; greylists and refuses by the recipient.</summary>
    public RealMailServer Postfix { get; }

    /// <summary>Wants a login: CRAM-MD5 in the open, PLAIN after STARTTLS, LOGIN where TLS comes first.</summary>
    public RealMailServer Exim { get; }

    /// <summary>The certificate of the authority that signed theirs, for <c>SSL_CERT_FILE</c>.</summary>
    public string Authority => Path.Combine(_directory, "authority.pem");

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_directory);
        TestCertificate.WriteServer(Path.Combine(_directory, "certificate.pem"), Path.Combine(_directory, "key.pem"));
        TestCertificate.WriteAuthority(Authority);
        await RunAsync("start", _directory, TestCertificate.OwnAddress.ToString());
    }

    public async ValueTask DisposeAsync() => await RunAsync("stop", _directory);

    private static async Task RunAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("bash", [_script, .. arguments]) { UseShellExecute = false, RedirectStandardError = true })
            ?? throw new InvalidOperationException("There is no bash.");
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{_script} {string.Join(' ', arguments)} failed: {said}");
    }
}
