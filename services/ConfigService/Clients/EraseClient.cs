using Mail.ConfigService.Access;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Mail.ConfigService.Clients;

/// <summary>
/// <c>DELETE /client/{client_id}</c>: nothing is left of a client but how many e-mails it had. What is pending is never sent:
/// it is gone with the same commit.
/// </summary>
internal sealed class EraseClient(Unit unit, TimeProvider time, ILogger<EraseClient> logger)
{
    internal sealed record Answer(DateTimeOffset ErasedAt, EmailCounts Emails);

    internal static void Map(RouteGroupBuilder api) =>
        api.MapDelete("/client/{client_id}", async ([FromRoute(Name = "client_id")] string clientId, HttpContext context, EraseClient erase) =>
        {
            _ = new Query(context).Checked();
            return await erase.RunAsync(clientId, context.RequestAborted);
        }).OperatorOnly().WithName("EraseClient").WithTags("Erasure");

    private async Task<Answer> RunAsync(string clientId, CancellationToken cancellationToken)
    {
        await HandOvers.AwaitAsync(unit, clientId, time.GetTimestamp(), time, cancellationToken);
        var answer = await unit.RunInTurnAsync(Revisions.TurnOf(clientId), work => EraseAsync(work, clientId, cancellationToken), cancellationToken);
        logger.ClientErased(answer.Emails.Sum);
        return answer;
    }

    private static async Task<Answer> EraseAsync(Unit.Work work, string clientId, CancellationToken cancellationToken)
    {
        var erased = await ClientErasure.RunAsync(work.Connection, clientId, cancellationToken);
        Guid[] sending = [.. erased.Statuses.Where(email => email.Value == EmailStatus.Sending).Select(email => email.Key)];
        if (sending.Length > 0)
        {
            throw new Refusal(StatusCodes.Status409Conflict, "still_sending", "E-mails of this client are being handed over: try again in a moment, or hold the client first. Nothing changed.") { RetryAfter = 1 }
                .With("too_late", sending);
        }

        if (erased.Statuses.Count + erased.Else == 0)
            throw Refusal.NotFound("client_not_found", "Nothing is kept of this client.");
        // What was pending has been cancelled by this.
        var counts = erased.Statuses.Values.CountBy(status => status == EmailStatus.Pending ? EmailStatus.Cancelled : status, StringComparer.Ordinal)
            .ToDictionary(count => count.Key, count => (long)count.Value, StringComparer.Ordinal);
        var erasure = new Erasure { Id = Guid.CreateVersion7(), ErasedAt = work.Now, Emails = counts };
        work.Session.Insert(erasure);
        return new(work.Now, EmailCounts.Of(counts));
    }
}
