using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Mail.Tests.Fixtures.Smtp;

/// <summary>
/// An SMTP server that does as it is told, on a real socket. <c>ScriptedSmtp.Accepting().But("RCPT", "450 4.2.0 later")</c>
/// takes everything except recipients. What it does may be changed while it runs.
/// </summary>
public sealed class ScriptedSmtp : IAsyncDisposable
{
    /// <summary>How long tests wait for what is to happen at once.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<string, int> _steps = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _sessions = new();
    private readonly List<ReceivedEmail> _received = [];
    private readonly ConcurrentQueue<string> _tried = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _repliedAt = new(StringComparer.Ordinal);
    private readonly Pulse _pulse = new();
    private readonly Task _accepting;
    private readonly SortedSet<int> _open = [];
    private int _made;
    private Script.Rule? _last;

    private ScriptedSmtp(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(backlog: 512);
        _accepting = AcceptAsync();
    }

    /// <summary>One that takes everything, in plain text and without a login. It listens at once.</summary>
    /// <param name="port">The port; any that is free where it is 0.</param>
    public static ScriptedSmtp Accepting(int port = 0) => new(port);

    /// <summary>Always 127.0.0.1, which <see cref="TestCertificate.Server"/> is for.</summary>
    public static string Host => "127.0.0.1";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The messages that it kept, in the order in which they came.</summary>
    public IReadOnlyList<ReceivedEmail> Received
    {
        get
        {
            lock (_received)
                return [.. _received];
        }
    }

    /// <summary>How many connections were made.</summary>
    public int Connections => Count(Step.Greeting);

    /// <summary>How many logins were tried.</summary>
    public int Logins => Count(Step.Auth);

    /// <summary>The mechanisms of those logins, in the order in which they were tried.</summary>
    public IReadOnlyCollection<string> Tried => _tried;

    internal Script Script { get; } = new();

    internal X509Certificate2? Certificate { get; private set; }

    internal bool ImplicitTls { get; private set; }

    internal ScriptedLogin? Login { get; private set; }

    internal string[] Mechanisms { get; private set; } = [];

    internal bool IdsOnly { get; private set; }

    internal string[] Extensions { get; private set; } = ["PIPELINING", "SIZE 36700160", "8BITMIME", "ENHANCEDSTATUSCODES"];

    internal int MostRecipients { get; private set; } = int.MaxValue;

    internal CancellationToken Closing => _closing.Token;

    /// <summary>How often a <see cref="Step"/> was reached.</summary>
    public int Count(string step) => _steps.GetValueOrDefault(step);

    /// <summary>A moment before the reply to the final dot of that message was written; the last one's, where there were several.</summary>
    public DateTimeOffset RepliedAt(string messageId) => _repliedAt[messageId];

    /// <summary>Offers STARTTLS.</summary>
    public ScriptedSmtp WithStartTls(X509Certificate2? certificate = null)
    {
        Certificate = certificate ?? TestCertificate.Server;
        return this;
    }

    /// <summary>Speaks TLS from the first byte.</summary>
    public ScriptedSmtp WithTls(X509Certificate2? certificate = null)
    {
        ImplicitTls = true;
        return WithStartTls(certificate);
    }

    /// <summary>
    /// Offers these mechanisms, PLAIN and LOGIN where none is named, takes this login and no other, and nothing without a
    /// login. May be changed while it runs.
    /// </summary>
    public ScriptedSmtp WithLogin(string user, string password, params string[] mechanisms)
    {
        Login = new(user, password);
        Mechanisms = mechanisms.Length > 0 ? mechanisms : ["PLAIN", "LOGIN"];
        return this;
    }

    /// <summary>
    /// Offers XOAUTH2 alone, and takes a user with an access token as long as that is good: at the login, and at each MAIL after it.
    /// </summary>
    /// <param name="user">The user.</param>
    /// <param name="isGood">Whether a token is good.</param>
    /// <param name="complaint">What is said of one that is not, in JSON, before it is refused; nothing where it is null.</param>
    public ScriptedSmtp WithTokens(string user, Func<string, bool> isGood, string? complaint = null)
    {
        Login = new(user, "") { TakesToken = isGood, Complaint = complaint };
        Mechanisms = ["XOAUTH2"];
        return this;
    }

    /// <summary>Offers these extensions in place of the usual ones (PIPELINING, SIZE, 8BITMIME, ENHANCEDSTATUSCODES).</summary>
    public ScriptedSmtp Offering(params string[] extensions)
    {
        Extensions = extensions;
        return this;
    }

    /// <summary>Keeps of each message its id and envelope only, for tests with a great many.</summary>
    public ScriptedSmtp KeepingIds()
    {
        IdsOnly = true;
        return this;
    }

    /// <summary>Does otherwise at a <see cref="Step"/>, from now on or as many <see cref="Times"/> as said.</summary>
    public ScriptedSmtp But(string step, Reaction reaction)
    {
        _last = Script.Add(step, null, reaction);
        return this;
    }

    /// <summary>Does otherwise for one address, at RCPT or, where it is an e-mail's first one, at <see cref="Step.Kept"/>.</summary>
    public ScriptedSmtp ButFor(string recipient, Reaction reaction, string step = Step.Rcpt)
    {
        _last = Script.Add(step, recipient, reaction);
        return this;
    }

    /// <summary>Takes so many recipients in one transaction, and says <c>452 4.5.3</c> to those after them.</summary>
    public ScriptedSmtp TakingRecipients(int most)
    {
        MostRecipients = most;
        return this;
    }

    /// <summary>Limits the last <see cref="But"/> to so many times; then comes the next one for that step, or what is usual.</summary>
    public ScriptedSmtp Times(int count)
    {
        _last!.Left = count;
        return this;
    }

    /// <summary>Takes back every <see cref="But"/>, or those for one step.</summary>
    public ScriptedSmtp AsUsual(string? step = null)
    {
        Script.Remove(step);
        return this;
    }

    /// <summary>Waits until so many messages were kept, and returns all that were.</summary>
    /// <exception cref="TimeoutException">There were fewer when the deadline came.</exception>
    public async Task<IReadOnlyList<ReceivedEmail>> WaitForAsync(int count, TimeSpan? deadline = null)
    {
        await _pulse.WaitAsync(
            () => { lock (_received) return _received.Count >= count; },
            () => $"{count} e-mails were expected, {Received.Count} came. {this}", deadline ?? Patience);
        return Received;
    }

    /// <summary>Waits until a <see cref="Step"/> was reached so many times.</summary>
    /// <exception cref="TimeoutException">It was not when the deadline came.</exception>
    public Task WaitForAsync(string step, int count = 1, TimeSpan? deadline = null) =>
        _pulse.WaitAsync(() => Count(step) >= count, () => $"{step} was expected {count} times. {this}", deadline ?? Patience);

    /// <summary>What it has seen.</summary>
    public override string ToString() =>
        string.Join(", ", _steps.OrderBy(step => step.Key, StringComparer.Ordinal).Select(step => $"{step.Key}: {step.Value}"));

    /// <summary>Closes the port and every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions.Keys);
        _closing.Dispose();
    }

    internal void Reached(string step)
    {
        _steps.AddOrUpdate(step, 1, static (_, count) => count + 1);
        _pulse.Give();
    }

    internal void Replies(string messageId) => _repliedAt[messageId] = TimeProvider.System.GetUtcNow();
    internal int Open()
    {
        lock (_open)
        {
            _open.Add(++_made);
            return _made;
        }
    }

    internal void Close(int number)
    {
        lock (_open)
            _open.Remove(number);
    }

    internal int Rank(int number)
    {
        lock (_open)
            return _open.Count(other => other < number);
    }

    internal void LogsIn(string mechanism) => _tried.Enqueue(mechanism);

    internal void Keep(ReceivedEmail email)
    {
        lock (_received)
            _received.Add(email);
        _pulse.Give();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var session = new Session(this, await _listener.AcceptSocketAsync(Closing)).RunAsync();
                _sessions.TryAdd(session, true);
                _ = session.ContinueWith(ended => _sessions.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception closed)
            when (closed is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }
}
