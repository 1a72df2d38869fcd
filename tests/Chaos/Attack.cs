using System.Globalization;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.Chaos;

/// <summary>Attacks a system of its own, lets it settle, and audits it.</summary>
internal static class Attack
{
    private const int Clients = 4;

    // Long enough for what waits by design: a dead sender's claims, the sweep, and its five minutes between two wake-ups.
    private static readonly TimeSpan _settle = TimeSpan.FromMinutes(7);
    private static readonly TimeSpan _byItself = TimeSpan.FromSeconds(90);

    /// <summary>The whole of it.</summary>
    /// <param name="options">Which attack.</param>
    /// <param name="say">Told of every fault as it begins.</param>
    /// <param name="cancellationToken">Ends it at once, and takes down what it started.</param>
    public static async Task<AuditReport> RunAsync(ChaosOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        var faults = FaultPlan.Of(options.Seed, options.Length, options.Thorough);
        await using var system = new AttackedSystem();
        try
        {
            return await RunAsync(system, faults, options, say, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            say($"The attack could not go on. What the services logged is in {await system.WriteLogsAsync()}");
            throw;
        }
    }

    private static async Task<AuditReport> RunAsync(
        AttackedSystem system, IReadOnlyList<Fault> faults, ChaosOptions options, Action<string> say, CancellationToken cancellationToken)
    {
        say($"Seed {options.Seed}: {options.Length.TotalMinutes:0.#} minutes, {options.EmailRate} e-mails a second, {faults.Count} faults");
        await system.StartAsync();

        var clock = new Clock(TimeProvider.System);
        var ledger = new CallersLedger(clock);
        await AttackAsync(system, options, faults, ledger, clock, say, cancellationToken);
        var unheld = new List<string>();
        foreach (var fault in faults.Where(fault => fault.IsRestore))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = fault with { At = clock.Elapsed };
            say(now.ToString());
            unheld.AddRange(await new Restores(system, ledger).RunAsync(now, cancellationToken));
        }

        say($"{clock.Elapsed.TotalSeconds,6:0.0} s  no more faults; waiting until everything has settled");
        await system.ReadyAsync();
        using var api = new Api(system.Apis[0], AttackedSystem.OperatorKey);
        await SettleAsync(api, clock, cancellationToken);
        var notForgotten = await ForgetAsync(system, clock, cancellationToken);
        say($"{clock.Elapsed.TotalSeconds,6:0.0} s  settled; auditing");
        var ledgers = new Ledgers(
            ledger.Told, await ShownAsync(api, clock), Kept(system, clock), faults, await FenceHoldsAsync(api), unheld, notForgotten);
        var report = Audit.Of(ledgers);
        // Offenders are told of with all that is known.
        var offenders = report.Violations.Select(violation => violation.EmailId).ToHashSet(StringComparer.Ordinal);
        return offenders.Count == 0
            ? report
            : Audit.Of(ledgers with
            {
                Shown = await Task.WhenAll(ledgers.Shown.Select(
                    email => offenders.Contains(email.EmailId) ? TimelineAsync(api, email, clock) : Task.FromResult(email))),
            });
    }

    private static async Task AttackAsync(
        AttackedSystem system, ChaosOptions options, IReadOnlyList<Fault> faults, CallersLedger ledger, Clock clock, Action<string> say,
        CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var callers = Enumerable.Range(1, Clients)
            .Select(number => new Caller($"client-{number}", system.Apis, ledger, new Random(options.Seed + number))).ToList();
        var calling = callers.Select(caller => caller.RunAsync((double)options.EmailRate / Clients, stopping.Token)).ToList();
        var doing = new List<Task>();
        foreach (var fault in faults.Where(fault => !fault.IsRestore))
        {
            // What is under way must end before the system is taken down, also where this is interrupted.
            if (fault.At > clock.Elapsed)
                await Task.Delay(fault.At - clock.Elapsed, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                break;
            say(fault.ToString());
            doing.Add(system.DoAsync(fault, cancellationToken));
        }

        await Task.WhenAll(doing);
        if (options.Length > clock.Elapsed)
            await Task.Delay(options.Length - clock.Elapsed, cancellationToken);
        await stopping.CancelAsync();
        await Task.WhenAll(calling);
        callers.ForEach(caller => caller.Dispose());
    }

    /// <summary>Waits until nothing is pending or being sent. After a while as an operator would, who has everything woken.</summary>
    private static async Task SettleAsync(Api api, Clock clock, CancellationToken cancellationToken)
    {
        var started = clock.Elapsed;
        while (clock.Elapsed - started < _settle)
        {
            try
            {
                var waiting = false;
                for (var number = 1; number <= Clients && !waiting; number++)
                {
                    waiting = (await api.GetAsync(
                        $"client/client-{number}/scheduled-emails?status=pending&status=sending&limit=1")).Json["items"]!.AsArray().Count
                        > 0;
                }

                if (!waiting)
                    return;
                if (clock.Elapsed - started > _byItself)
                    await api.PostAsync("scheduled-emails/process");
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                // Not up again yet.
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    /// <summary>Waits until no old request is remembered any more. Returns how many there are after a while.</summary>
    private static async Task<long> ForgetAsync(AttackedSystem system, Clock clock, CancellationToken cancellationToken)
    {
        var started = clock.Elapsed;
        while (true)
        {
            var old = await system.Servers.OldRequestsAsync();
            if (old == 0 || clock.Elapsed - started > _settle)
                return old;
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    private static async Task<IReadOnlyCollection<Shown>> ShownAsync(Api api, Clock clock)
    {
        var all = new List<Shown>();
        for (var number = 1; number <= Clients; number++)
        {
            foreach (var item in await api.ListAsync($"client/client-{number}/scheduled-emails"))
            {
                var email = new Shown((string)item["id"]!, (string)item["status"]!, Time(item["scheduled_datetime"]!), []);
                all.Add(email.Status == "unknown" ? await TimelineAsync(api, email, clock) : email);
            }
        }

        return all;
    }

    // A list leaves it out. What the API says of it now comes last: of what is stuck it says why.
    private static async Task<Shown> TimelineAsync(Api api, Shown email, Clock clock)
    {
        var answer = await api.GetAsync($"scheduled-emails/{email.EmailId}");
        var lines = answer.Json["timeline"]!.AsArray().Select(
            line => new Shown.Line(clock.Of(Time(line!["at"]!)), (string)line["event"]!, (string?)line["detail"], (string)line["by"]!));
        return email with { Timeline = [.. lines, new(clock.Elapsed, email.Status, (string?)answer.Json["explanation"], "the API")] };
    }

    private static DateTimeOffset Time(JsonNode at) => DateTimeOffset.Parse((string)at!, CultureInfo.InvariantCulture);

    // The Message-ID is made from the e-mail's id.
    private static List<Kept> Kept(AttackedSystem system, Clock clock) =>
        [
            .. system.Smtp.Received.Select(
                email => new Kept(clock.Of(email.ArrivedAt), email.ArrivedAt, email.MessageId.Trim('<', '>').Split('@')[0])),
        ];

    private static async Task<IReadOnlyCollection<string>> FenceHoldsAsync(Api api) =>
        [
            .. (await api.GetAsync("holds")).Json["items"]!.AsArray()
                .Where(hold => (string)hold!["by"]! == "restore_fence").Select(hold => (string)hold!["reason"]!),
        ];
}
