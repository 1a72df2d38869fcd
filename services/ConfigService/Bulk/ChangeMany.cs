using System.Text.Json;
using Mail.ConfigService.Access;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Hosting;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Mail.ConfigService.Bulk;

/// <summary>
/// <c>POST …/scheduled-emails/bulk</c>: up to ten thousand e-mails, each treated as its own request would treat it. All in one
/// transaction: what is answered is committed, whole. The rows are locked, in the order of their ids, before it is decided what becomes of
/// each.
/// </summary>
internal sealed class ChangeMany(UnitOfWork unit, Outbox outbox, Instance instance)
{
    private const string Path = "/scheduled-emails/bulk";

    // Less than what PostgreSQL waits for before it looks for a circle.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(700);

    private static readonly Parameter _dryRun = Parameter.DryRun("Answers what would become of each e-mail, and changes nothing.");

    internal static void Map(RouteGroupBuilder api)
    {
        Describe(api.MapPost(Path, HandleAllAsync), "ChangeEmails").OperatorOnly();
        Describe(api.MapPost($"/client/{{client_id}}{Path}", HandleAsync), "ChangeClientEmails");
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint, string name) => endpoint
        .WithName(name).Takes(_dryRun, Parameter.IdempotencyKey).Takes<BulkInput>()
        .Answers<BulkAnswer>(StatusCodes.Status200OK, example: null, AnswerHeader.IdempotencyReplayed)
        .Refuses(
            ProblemCodes.TooManyEmails, ProblemCodes.FilterTooBroad, ProblemCodes.ConflictingFields, ProblemCodes.TimeWithoutOffset,
            ProblemCodes.ScheduledInThePast, ProblemCodes.ScheduledTooFarAhead, ProblemCodes.InvalidQuery,
            ProblemCodes.IdempotencyInProgress, ProblemCodes.InvalidIdempotencyKey, ProblemCodes.IdempotencyKeyReused);

    /// <summary>Change many e-mails</summary>
    /// <remarks>
    /// Cancels, moves, resends or dismisses up to 10,000 e-mails of any clients, named by their ids or found by a filter. Each is treated
    /// exactly as the request for it alone would treat it, and each is answered. Look first, with `dry_run`.
    /// </remarks>
    /// <response code="200">What became of each.</response>
    internal static Task<IResult> HandleAllAsync(HttpContext context, ChangeMany change) => change.AnswerAsync(clientId: null, context);

    /// <summary>Change many e-mails of a client</summary>
    /// <remarks>
    /// Cancels, moves, resends or dismisses up to 10,000 e-mails, named by their ids or found by a filter. Each is treated exactly as the
    /// request for it alone would treat it, and each is answered; another client's is not found. Look first, with `dry_run`.
    /// </remarks>
    /// <response code="200">What became of each.</response>
    internal static Task<IResult> HandleAsync(
        [FromRoute(Name = "client_id")] string clientId, HttpContext context, ChangeMany change) => change.AnswerAsync(clientId, context);

    /// <summary>Does it in a transaction of its own.</summary>
    /// <param name="change">What to do.</param>
    /// <param name="dryRun">Whether nothing is to change.</param>
    /// <param name="caller">Who asks; a client changes its own.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    internal Task<BulkAnswer> RunAsync(BulkChange change, bool dryRun, Caller caller, CancellationToken cancellationToken) =>
        unit.RunAsync(work => RunAsync(work, change, dryRun, caller.ClientId, caller, cancellationToken), cancellationToken);

    /// <summary>Does it once for a key, however often it is asked for: a form may be sent twice.</summary>
    internal async Task<BulkAnswer> RunOnceAsync(BulkChange change, string key, Caller caller, CancellationToken cancellationToken)
    {
        var (text, _, _) = await Idempotency.Create(key, caller.ClientId ?? Idempotency.AllClients, Path).RunAsync(
            JsonSerializer.SerializeToUtf8Bytes(change, MailJson.Options), unit,
            work => RunAsync(work, change, caller.ClientId, caller, cancellationToken), cancellationToken);
        return JsonSerializer.Deserialize<BulkAnswer>(text, MailJson.Options)!;
    }

    private async Task<IResult> AnswerAsync(string? clientId, HttpContext context)
    {
        var query = new Query(context);
        var dryRun = query.Flag(_dryRun.Name);
        query.Checked();
        var (body, errors, caller) = (await RequestBody.ReadAsync(context), new Errors(), Caller.From(context));
        var idempotency = Idempotency.From(context, clientId ?? Idempotency.AllClients);
        var change = BulkChange.Read(body, clientId, errors);
        errors.Throw();
        if (dryRun)
        {
            return Results.Json(await unit.RunAsync(
                work => RunAsync(work, change, dryRun: true, clientId, caller, context.RequestAborted), context.RequestAborted));
        }

        return await idempotency.AnswerAsync(
            body, unit, work => RunAsync(work, change, clientId, caller, context.RequestAborted), context, StatusCodes.Status200OK);
    }

    private async Task<Idempotency.Answer> RunAsync(
        UnitOfWork.Work work, BulkChange change, string? clientId, Caller caller, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(work, change, dryRun: false, clientId, caller, cancellationToken);
        var done = answer.Results.Where(result => result.Result == BulkOutcome.Done).ToList();
        Guid[] changed = [.. done.Select(result => result.Id), .. done.Select(result => result.EmailId).OfType<Guid>()];
        return new(answer, Location: null, changed);
    }

    private async Task<BulkAnswer> RunAsync(
        UnitOfWork.Work work, BulkChange change, bool dryRun, string? clientId, Caller caller, CancellationToken cancellationToken)
    {
        // Load.
        CheckTime(change, work.Now);
        var ids = change.Ids
            ?? await FindAsync(work, change.Filter! with { ClientId = clientId ?? change.Filter.ClientId }, cancellationToken);
        if (ids.Count > BulkChange.MaxEmails)
            throw TooMany("/ids", ids.Count, "");
        await Planning.PlanForAsync(work.Connection, ids.Count, cancellationToken);
        // Decide.
        var decide = await DeciderAsync(work, change, ids, dryRun, clientId, caller, cancellationToken);
        List<BulkDecision> decisions = [.. ids.Select(id => decide(id) ?? new(id, BulkOutcome.NotFound))];
        // Save.
        if (!dryRun)
            await SaveAsync(work, change.Action, decisions, cancellationToken);
        return new(
            dryRun, decisions.Count(decision => decision.Outcome != BulkOutcome.NotFound),
            decisions.Count(decision => decision.Outcome == BulkOutcome.Done),
            decisions.ConvertAll(decision => new BulkResult(
                decision.Id, decision.Outcome, decision.ResentAs ?? (dryRun ? null : decision.Again?.Id))));
    }

    // Loads what is decided by. A cancel hangs on where an e-mail stands alone: ten thousand documents need not travel for it.
    private async Task<Func<Guid, BulkDecision?>> DeciderAsync(
        UnitOfWork.Work work, BulkChange change, IReadOnlyCollection<Guid> ids, bool dryRun, string? clientId, Caller caller,
        CancellationToken cancellationToken)
    {
        var at = new BulkDecision.Request(work.Now, caller.Name, instance.Name);
        if (change.Action == BulkAction.Cancel)
        {
            var statuses = await EmailStates.StatusesAsync(work.Connection, ids, clientId, @lock: !dryRun, cancellationToken);
            return id => statuses.TryGetValue(id, out var status) ? BulkDecision.Cancel(id, status, at) : null;
        }

        var emails = await EmailStates.EmailsAsync(work.Connection, ids, clientId, @lock: !dryRun, cancellationToken);
        return id => emails.TryGetValue(id, out var email) ? BulkDecision.Decide(email, change, at) : null;
    }

    private async Task SaveAsync(UnitOfWork.Work work, string action, List<BulkDecision> decisions, CancellationToken cancellationToken)
    {
        EmailTransition[] moves = [.. decisions.Select(decision => decision.Move).OfType<EmailTransition>()];
        var moved = action switch
        {
            BulkAction.Cancel => (await EmailChanges.CancelManyAsync(work.Connection, moves, cancellationToken)).Count,
            BulkAction.Resend => (await EmailChanges.ResendAsync(work.Connection, moves, cancellationToken)).Count,
            BulkAction.Dismiss => (await EmailChanges.DismissAsync(work.Connection, moves, cancellationToken)).Count,
            _ => await RescheduleAsync(work.Connection, moves, cancellationToken),
        };
        // Nobody else could move what is locked: what does not move now contradicts what is answered.
        if (moved != moves.Length)
            throw new InvalidOperationException($"Of {moves.Length} locked e-mails {moved} moved.");
        ScheduledEmail[] again = [.. decisions.Select(decision => decision.Again).OfType<ScheduledEmail>()];
        if (again.Length == 0)
            return;
        await EmailInserts.InsertAgainAsync(work.Connection, again, _patience, cancellationToken);
        await outbox.WakeAsync(work.Connection, again.Select(email => (email.Id, email.DueAt)), cancellationToken);
    }

    private async Task<int> RescheduleAsync(NpgsqlConnection connection, EmailTransition[] moves, CancellationToken cancellationToken)
    {
        var moved = await EmailChanges.RescheduleAsync(connection, moves, cancellationToken);
        await outbox.WakeAgainAsync(connection, moved, cancellationToken);
        return moved.Count;
    }

    private static async Task<IReadOnlyList<Guid>> FindAsync(
        UnitOfWork.Work work, EmailSearch.Wanted wanted, CancellationToken cancellationToken)
    {
        var found = await EmailSearch.MatchAsync(work.Connection, wanted, BulkChange.MaxEmails, cancellationToken);
        if (found.Count > BulkChange.MaxEmails)
            throw TooMany("/filter", found.Count, found.IsAll ? "" : "more than ");
        return found.IsAll ? found.Ids : throw Refused("/filter", ProblemCodes.FilterTooBroad, ProblemCodes.FilterTooBroad.Meaning);
    }

    private static void CheckTime(BulkChange change, DateTimeOffset now)
    {
        var errors = new Errors();
        if (change.To is { } to && MoveRules.IsInThePast(to, now))
            errors.Add("/scheduled_datetime", "is more than an hour ago", ProblemCodes.ScheduledInThePast);
        else if (FarAhead.Is(change.To, now))
            errors.Add("/scheduled_datetime", FarAhead.Sentence, ProblemCodes.ScheduledTooFarAhead);
        errors.Throw();
    }

    private static ProblemException TooMany(string pointer, long count, string atLeast) =>
        Refused(
            pointer, ProblemCodes.TooManyEmails,
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"The request is about {atLeast}{count:N0} e-mails, and {BulkChange.MaxEmails:N0} is the most. Nothing changed."))
            .With("count", count);

    private static ProblemException Refused(string pointer, ProblemCode code, string sentence) =>
        new ProblemException(code, sentence)
            .With("errors", new Dictionary<string, string[]>(StringComparer.Ordinal) { [pointer] = [sentence] });
}
