using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>Cancels single e-mails whose cancels come at the same time in one transaction, see <see cref="GroupCommit{T}"/>.</summary>
internal sealed class CancelGroup
{
    private readonly UnitOfWork _unit;
    private readonly GroupCommit<Request> _group;

    public CancelGroup(UnitOfWork unit, TimeProvider time)
    {
        _unit = unit;
        _group = new(WriteAsync, time);
    }

    /// <summary>
    /// Cancels a client's e-mail, or anyone's where it is null. Returns it with its body once that is committed; null where it had moved
    /// on, or is not its.
    /// </summary>
    /// <exception cref="Problems.ProblemException">There was no connection in time. Nothing was cancelled.</exception>
    internal async Task<(ScheduledEmail Email, EmailBody? Body)?> RunAsync(
        EmailTransition move, string? clientId, CancellationToken cancellationToken)
    {
        var request = new Request(move, clientId);
        await _group.WriteAsync(request, cancellationToken);
        return request.Cancelled;
    }

    private async Task WriteAsync(IReadOnlyList<Request> requests, TimeSpan? patience)
    {
        // Several may ask for the same one, and not all of them may have a right to it.
        var moves = requests.Select(request => (request.Move, request.ClientId)).DistinctBy(each => (each.Move.Id, each.ClientId)).ToList();
        var cancelled = (await _unit.ConnectAsync(
            connection => EmailChanges.CancelOwnAsync(connection, moves, patience, CancellationToken.None), CancellationToken.None))
            .ToDictionary(each => each.Email.Id);
        foreach (var request in requests)
        {
            if (cancelled.TryGetValue(request.Move.Id, out var found) && (request.ClientId ?? found.Email.ClientId) == found.Email.ClientId)
                request.Cancelled = found;
        }
    }

    /// <summary>A request, and what becomes of it.</summary>
    private sealed class Request(EmailTransition move, string? clientId)
    {
        internal EmailTransition Move => move;

        internal string? ClientId => clientId;

        internal (ScheduledEmail Email, EmailBody? Body)? Cancelled { get; set; }
    }
}
