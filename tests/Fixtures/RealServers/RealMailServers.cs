using System.Net;
using Mail.Local;
using Mail.Local.Processes;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Tests.Fixtures.RealServers;

/// <summary>Private Postfix and Exim servers from the distribution, on an address and in a folder of their own that go with them.</summary>
public sealed class RealMailServers : IAsyncLifetime
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(20);

    private readonly string _directory = Path.Combine("/var/tmp", $"mail-tests-smtp-{Environment.ProcessId}");
    private readonly LocalProcess _postfix;
    private readonly LocalProcess _exim;

    public RealMailServers()
    {
        (_postfix, _exim) = (new(_directory, "postfix"), new(_directory, "exim"));
        Postfix = new(
            Path.Combine(_directory, "postfix"), ["queue/incoming", "queue/active", "queue/deferred"], _postfix.LogFile,
            startTlsPort: PostfixFolder.StartTlsPort, tlsPort: PostfixFolder.TlsPort);
        Exim = new(
            Path.Combine(_directory, "exim"), ["spool/input"], Path.Combine(_directory, "exim/mainlog"),
            startTlsPort: EximFolder.StartTlsPort, tlsPort: EximFolder.TlsPort);
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
        if (!Environment.IsPrivilegedProcess)
            throw new LocalException("Postfix is to be started by root: run these tests as root, in a container for example");
        var unpacked = await UnpackedMailServers.FetchAsync();
        Directory.CreateDirectory(_directory);
        var (certificate, key) = (Path.Combine(_directory, "certificate.pem"), Path.Combine(_directory, "key.pem"));
        TestCertificate.WriteServer(certificate, key);
        TestCertificate.WriteAuthority(Authority);
        await UnpackedMailServers.OwnAsync(certificate, key);
        File.SetUnixFileMode(key, UnixFileMode.UserRead);
        var address = TestCertificate.OwnAddress;
        await _postfix.LaunchAsync(address.ToString(), await new PostfixFolder(_directory, unpacked).PrepareAsync(address));
        await _exim.LaunchAsync(address.ToString(), await new EximFolder(_directory, unpacked).PrepareAsync(address));
        foreach (var port in (int[])[Postfix.StartTlsPort, Postfix.TlsPort])
            await WaitAsync(_postfix, address, port);
        foreach (var port in (int[])[Exim.StartTlsPort, Exim.TlsPort])
            await WaitAsync(_exim, address, port);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_postfix.StopAsync(ProcessSignal.Terminate, _grace), _exim.StopAsync(ProcessSignal.Terminate, _grace));
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    private static Task<bool> WaitAsync(LocalProcess server, IPAddress address, int port) =>
        Readiness.WaitAsync(server, Deadline.Soon, () => Readiness.AnswersAsync(port, address));
}
