using Mail.ConfigService.Access;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Endpoints;
using Mail.ConfigService.Holds;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Npgsql;
using PostgresScheduler;

namespace Mail.ConfigService.Clients;

/// <summary>
/// <c>DELETE /client/{client_id}</c>: nothing is left of a client but how many e-mails it had. What is pending is never sent: the
/// client is held before anything is erased, and until all is. An erasure that was interrupted is gone on with by the next call.
/// </summary>
internal sealed class EraseClient(
    UnitOfWork unit, WakeOverdue wake, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<EraseClient> logger)
{
    internal static void Map(RouteGroupBuilder api) => api.MapDelete("/client/{client_id}", HandleAsync).OperatorOnly()
        .WithName("EraseClient")
        .Answers<ErasedClient>().Refuses(ProblemCodes.ClientNotFound, ProblemCodes.StillSending);

    /// <summary>Erase a client</summary>
    /// <remarks>
    /// Nothing is left of the client: its e-mails with recipients, subjects, contents and timelines, its config with all revisions, its
    /// keys, its hold, and what was remembered under its Idempotency-Keys. What is pending is cancelled, and never sent. What is being
    /// handed over is waited for, 10 s at the most; where it still is, the answer is 409 `still_sending`, and nothing changed. How many
    /// e-mails there were is kept, but not whose.
    ///
    /// Not reached: logs (they name clients and e-mails by id), backups, and the mail server. After a backup was restored, erase again.
    /// </remarks>
    /// <response code="200">Erased, and how many e-mails there were; those that were pending count as `cancelled`.</response>
    internal static Task<ErasedClient> HandleAsync([FromRoute(Name = "client_id")] string clientId, HttpContext context, EraseClient erase)
    {
        _ = new Query(context).Checked();
        return erase.RunAsync(clientId, context.RequestAborted);
    }

    private async Task<ErasedClient> RunAsync(string clientId, CancellationToken cancellationToken)
    {
        var erasure = await BeginAsync(clientId, cancellationToken);
        // From here on it goes on even if the caller hangs up, so that no client is left half erased.
        using var detached = Stopping.Detach(lifetime.ApplicationStopping);
        var stopping = detached.Token;
        while (await unit.RunInTurnAsync(Revisions.TurnOf(clientId), work => EraseEmailsAsync(work, erasure, stopping), stopping))
        {
            // Batch by batch.
        }

        await InBatchesAsync(connection => ClientErasure.EraseBodiesAsync(connection, clientId, erasure.Id, stopping), stopping);
        await InBatchesAsync(connection => AttachmentUse.EraseAsync(connection, clientId, stopping), stopping);
        await InBatchesAsync(connection => ClientErasure.EraseRequestsAsync(connection, clientId, stopping), stopping);
        await InBatchesAsync(connection => ClientErasure.EraseEventsAsync(connection, clientId, stopping), stopping);
        var answer = await unit.RunInTurnAsync(Revisions.TurnOf(clientId), work => EndAsync(work, erasure, stopping), stopping);
        logger.ClientErased(answer.Emails.Sum);
        return answer;
    }

    /// <summary>Erases until there is no more, each batch in a transaction of its own that is planned for many rows.</summary>
    private async Task InBatchesAsync(Func<NpgsqlConnection, Task<bool>> eraseAsync, CancellationToken cancellationToken)
    {
        while (await unit.RunAsync(
            async work =>
            {
                await Planning.PlanForAsync(work.Connection, ClientErasure.BatchSize, cancellationToken);
                return await eraseAsync(work.Connection);
            },
            cancellationToken))
        {
            // Batch by batch.
        }
    }

    /// <summary>
    /// Holds the client, waits for what is being handed over, and notes that the erasure is under way. Nothing is erased if it fails.
    /// </summary>
    private async Task<Erasure> BeginAsync(string clientId, CancellationToken cancellationToken)
    {
        var held = await unit.RunAsync(
            async work => await ClientErasure.IsKnownAsync(work.Connection, clientId, cancellationToken)
                ? await ClientErasure.HoldAsync(work.Connection, clientId, cancellationToken)
                : throw new ProblemException(ProblemCodes.ClientNotFound),
            cancellationToken);
        try
        {
            var claimsEnded = await RunningDeliveries.AwaitAsync(unit, clientId, time, cancellationToken);
            return await unit.RunInTurnAsync(
                Revisions.TurnOf(clientId),
                async work =>
                {
                    var sending = await ClientErasure.SendingAsync(work.Connection, clientId, cancellationToken);
                    if (sending.Count > 0 || !claimsEnded)
                        throw StillSending(sending, "Nothing changed.");
                    if (await UnderWayAsync(work, clientId, cancellationToken) is { } begun)
                        return begun;
                    var erasure = new Erasure
                    {
                        Id = Guid.CreateVersion7(),
                        ClientId = clientId,
                        ErasedAt = work.Now,
                        Emails = new Dictionary<string, long>(StringComparer.Ordinal),
                    };
                    work.Session.Insert(erasure);
                    return erasure;
                },
                cancellationToken);
        }
        catch
        {
            if (held)
                await ReleaseAsync(clientId);
            throw;
        }
    }

    private async Task ReleaseAsync(string clientId)
    {
        await unit.RunAsync(
            async work =>
            {
                await ClientErasure.ReleaseAsync(work.Connection, clientId, CancellationToken.None);
                return true;
            },
            CancellationToken.None);
        // What fell due meanwhile has lost its wake-up.
        await ReleaseSending.WakeAsync(unit, wake, CancellationToken.None);
    }

    private static async Task<bool> EraseEmailsAsync(UnitOfWork.Work work, Erasure erasure, CancellationToken cancellationToken)
    {
        var erased = await ClientErasure.EraseEmailsAsync(work.Connection, erasure.ClientId!, erasure.Id, cancellationToken);
        // Another call that goes on with the same erasure may have ended it meanwhile.
        if (erased.Count > 0 && await work.Session.LoadAsync<Erasure>(erasure.Id, cancellationToken) is { } counted)
            work.Session.Store(counted.With(erased));
        return erased.Values.Sum() == ClientErasure.BatchSize;
    }

    /// <summary>What was created while it went on, then keys and the hold. Whoever creates something now waits, and begins anew.</summary>
    private static async Task<ErasedClient> EndAsync(UnitOfWork.Work work, Erasure erasure, CancellationToken cancellationToken)
    {
        var clientId = erasure.ClientId!;
        var counted = await work.Session.LoadAsync<Erasure>(erasure.Id, cancellationToken) ?? erasure;
        var full = true;
        while (full)
        {
            await ClientErasure.BlockInsertsAsync(work.Connection, clientId, cancellationToken);
            var erased = await ClientErasure.EraseEmailsAsync(work.Connection, clientId, erasure.Id, cancellationToken);
            counted = counted.With(erased);
            full = erased.Values.Sum() == ClientErasure.BatchSize;
        }

        if (await ClientErasure.SendingAsync(work.Connection, clientId, cancellationToken) is { Count: > 0 } sending)
            throw StillSending(sending, "The rest is erased, and these are with the next call.");
        while (await ClientErasure.EraseBodiesAsync(work.Connection, clientId, erasure.Id, cancellationToken))
        {
            // All of them.
        }

        while (await AttachmentUse.EraseAsync(work.Connection, clientId, cancellationToken))
        {
            // All of them.
        }

        while (await ClientErasure.EraseRequestsAsync(work.Connection, clientId, cancellationToken))
        {
            // All of them.
        }

        while (await ClientErasure.EraseEventsAsync(work.Connection, clientId, cancellationToken))
        {
            // All of them.
        }

        await ClientErasure.EraseTheRestAsync(work.Connection, clientId, cancellationToken);
        work.Session.Store(counted with { ClientId = null, ErasedAt = work.Now });
        return new(work.Now, ErasedEmails.From(counted.Emails));
    }

    private static Task<Erasure?> UnderWayAsync(UnitOfWork.Work work, string clientId, CancellationToken cancellationToken) =>
        work.Session.Query<Erasure>().Where(erasure => erasure.ClientId == clientId)
            .OrderBy(erasure => erasure.Id).FirstOrDefaultAsync(cancellationToken);

    private static ProblemException StillSending(IReadOnlyCollection<Guid> sending, string whatChanged) =>
        new ProblemException(
            ProblemCodes.StillSending, $"E-mails of this client are being handed over: try again in a moment. {whatChanged}")
            { RetryAfter = 1 }
            .With("too_late", sending.ToArray());
}

/// <summary>What is kept of a client that was erased.</summary>
/// <param name="ErasedAt">When.</param>
/// <param name="Emails">Its e-mails.</param>
[Example("""{"erased_at":"2026-11-24T15:12:09.310Z","emails":{"sent":120,"failed":1,"unknown":0,"cancelled":4,"expired":0}}""")]
internal sealed record ErasedClient(DateTimeOffset ErasedAt, ErasedEmails Emails);
