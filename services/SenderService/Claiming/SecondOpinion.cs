using System.Collections.Concurrent;
using Mail.SenderService.Smtp.Conversation;
using Mail.SenderService.Smtp.Verdicts;

namespace Mail.SenderService.Claiming;

/// <summary>
/// Keeps one e-mail from stopping all the others. A refusal that blocks the sender is believed at first; but where another
/// e-mail got through after it and this one is refused in the same way again, the trouble is this e-mail's own.
/// </summary>
public sealed class SecondOpinion
{
    // Waiting helps against limits and an absent server, so there it takes more than once.
    private const int TimesBeforeOwn = 3;
    private const int MaxSuspects = 1000;

    private readonly ConcurrentDictionary<Guid, Suspect> _suspects = new();
    private volatile bool _any;

    private sealed record Suspect(long RefusedAt, int Times, bool OthersPassed);

    /// <summary>Whether an e-mail was refused in a way that blocks, and has not got through since.</summary>
    public bool IsSuspect(Guid emailId) => _any && _suspects.ContainsKey(emailId);

    /// <summary>What an attempt comes to in the light of those before.</summary>
    /// <param name="emailId">The e-mail.</param>
    /// <param name="outcome">What it comes to by itself.</param>
    /// <param name="attempt">What was seen.</param>
    /// <param name="begun">When the attempt began.</param>
    /// <param name="now">When it ended.</param>
    public Outcome Judge(Guid emailId, Outcome outcome, DeliveryAttempt attempt, long begun, long now)
    {
        if (outcome is not Outcome.SenderBlocked blocked)
        {
            if (_any)
                Passed(emailId, outcome, begun);
            return outcome;
        }

        // Up to the login no e-mail has been mentioned, and what the sender broke off itself says nothing.
        if (attempt.Stage < SmtpStage.MailFrom || attempt.Fault is SmtpFault.Stopped or SmtpFault.CutOff
            || blocked.Kind == VerdictKind.ConnectionCount)
        {
            return outcome;
        }

        var before = _suspects.GetValueOrDefault(emailId);
        var times = (before?.Times ?? 0) + (before is null or { OthersPassed: true } ? 1 : 0);
        if (before is { OthersPassed: true } && (blocked.Kind is VerdictKind.Account or VerdictKind.Greeting || times > TimesBeforeOwn))
        {
            Forget(emailId);
            return blocked.AsOwn(attempt.ReplyCode);
        }

        if (before is not null || _suspects.Count < MaxSuspects)
            _suspects[emailId] = new(now, times, OthersPassed: false);
        _any = true;
        return outcome;
    }

    private void Passed(Guid emailId, Outcome outcome, long begun)
    {
        Forget(emailId);
        // Only the server's yes says that it takes this sender's e-mail, and only if it was asked after the refusal.
        if (outcome is not Outcome.Sent)
            return;
        foreach (var (id, suspect) in _suspects)
        {
            if (suspect is { OthersPassed: false } && suspect.RefusedAt < begun)
                _suspects.TryUpdate(id, suspect with { OthersPassed = true }, suspect);
        }
    }

    private void Forget(Guid emailId)
    {
        _suspects.TryRemove(emailId, out _);
        _any = !_suspects.IsEmpty;
    }
}
