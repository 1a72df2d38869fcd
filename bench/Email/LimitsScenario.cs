using System.Collections.Concurrent;
using Mail.Tests.Fixtures.Smtp;

namespace Mail.Bench.Email;

/// <summary>
/// The same e-mails, all due at once, through mail servers that allow only so much: how long they take, and how long at best. Ours
/// alone, since no peer keeps to a limit.
/// </summary>
internal sealed class LimitsScenario(Servers servers, Options options, TimeProvider time)
{
    internal const string Name = "limits";

    // How many connections a sender opens where nothing is set.
    private const int Connections = 16;
    private const int Retry = 30;
    private static readonly TimeSpan _reply = TimeSpan.FromMilliseconds(200);

    private readonly int _emails = options.Quick ? 100 : 500;

    internal async Task<Report> RunAsync()
    {
        var figures = new List<Figure>();
        foreach (var limit in Limits())
            figures.AddRange(await MeasureAsync(limit));
        return new(Name, await Machine.DescribeAsync(servers), [new(OurSystem.Id, figures)],
        [
            "From when they were due to the last reply. At best: what the limit alone allows, with a server that takes 200 ms for "
            + "a message where connections are limited.",
            "Nothing is set: what a server allows is learned from its refusals.",
        ]);
    }

    private IEnumerable<Limit> Limits()
    {
        var work = _emails * _reply.TotalSeconds;
        yield return new("three connections", work / 3, server => server
            .But(Step.Mail, Reaction.Refuse(visit => visit.Rank >= 3 ? "432 4.3.2 Concurrent connections limit exceeded." : null))
            .But(Step.Dot, Reaction.After(_reply)));
        yield return new("ten e-mails a connection", work / Connections, server => server
            .But(
                Step.Data, Reaction.Refuse(visit => visit.Mails > 10 ? "452 4.4.5 Maximum number of messages per session exceeded." : null))
            .But(Step.Dot, Reaction.After(_reply)));
        yield return new("everybody greylisted once", Retry, Greylisting);
        yield return Paced("5 a second", 5, 1, "550 5.7.0 Requested action not taken: too many emails per second");
        yield return Paced("30 a minute", 30, 60, "450 4.7.1 Rate limit exceeded");
    }

    private static ScriptedSmtp Greylisting(ScriptedSmtp server)
    {
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        return server.But(
            Step.Rcpt, Reaction.Refuse(visit => seen.TryAdd(visit.Recipient!, true) ? "450 4.2.0 Greylisted, see you later" : null));
    }

    private Limit Paced(string name, int most, int seconds, string reply)
    {
        var window = new SlidingWindow(most, TimeSpan.FromSeconds(seconds));
        var windows = (_emails + most - 1) / most;
        return new(name, (windows - 1) * seconds, server => server.But(Step.Data, Reaction.Refuse(_ => window.Takes() ? null : reply)));
    }

    private async Task<Figure[]> MeasureAsync(Limit limit)
    {
        await Console.Error.WriteLineAsync($"{time.GetLocalNow():HH:mm:ss} {OurSystem.Id}: {limit.Name}, {limit.Best:0.#} s at best");
        // From the first e-mail on: a server that begins to limit in the middle is another matter.
        await using var server = limit.On(ScriptedSmtp.Accepting());
        await using var system = new OurSystem();
        await system.StartAsync(servers, server.Port);
        var due = time.GetUtcNow() + TimeSpan.FromSeconds(3);
        await system.ScheduleAsync(PlannedEmail.Many(_emails, _ => due));
        await server.WaitForAsync(_emails, TimeSpan.FromSeconds(60 + (limit.Best * 2)));
        var took = (server.Received.Max(email => server.RepliedAt(email.MessageId)) - due).TotalSeconds;
        await Console.Error.WriteLineAsync($"{time.GetLocalNow():HH:mm:ss} {OurSystem.Id}: {limit.Name}, {took:0.0} s");
        var twice = server.Received.Count - server.Received.Select(email => email.MessageId).Distinct(StringComparer.Ordinal).Count();
        return
        [
            Figure("took", "s", took, 1),
            Figure("at best", "s", limit.Best, 1),
            Figure("times the best", "", took / limit.Best, 2),
            Figure("more than once", "e-mails", twice, 0),
        ];

        Figure Figure(string what, string unit, double value, int decimals) =>
            new(new($"{limit.Name}: {what}", unit, Better.Neither, decimals), value, _emails);
    }

    /// <summary>What a mail server allows.</summary>
    /// <param name="Name">What it is called in the table.</param>
    /// <param name="Best">The least time that all of it can take, in seconds.</param>
    /// <param name="On">Makes a server allow no more.</param>
    private sealed record Limit(string Name, double Best, Func<ScriptedSmtp, ScriptedSmtp> On);
}
