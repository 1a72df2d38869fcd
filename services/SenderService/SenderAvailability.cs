using Mail.SenderService.Smtp.Conversation;
using Mail.Store;

namespace Mail.SenderService;

/// <summary>The state of a sender, and what blocks it.</summary>
/// <param name="Name">One of <see cref="SenderState"/>.</param>
/// <param name="Blocked">What blocks it.</param>
/// <param name="IsProbing">Whether it is blocked and tries the server again, with one e-mail at a time.</param>
public sealed record SenderAvailability(string Name, Blockage? Blocked, bool IsProbing = false)
{
    /// <summary>Whether it takes e-mails from the queue.</summary>
    public bool TakesMail => IsProbing || Name == SenderState.Ready;
}

/// <summary>Why the server won't have us, what to do about it, and how long to leave it in peace.</summary>
/// <param name="Reason">The trouble, with the server's words.</param>
/// <param name="Hint">What to do about it.</param>
/// <param name="Pause">How long to wait.</param>
/// <param name="Stage">Where in the conversation it was: one that was open shows nothing of what is refused later.</param>
/// <param name="Reply">The server's words; null where it said nothing.</param>
public sealed record Blockage(string Reason, string Hint, TimeSpan Pause, SmtpStage Stage, string? Reply);

/// <summary>Whether and how an e-mail may be handed over.</summary>
public enum SendingTurn
{
    /// <summary>Not now.</summary>
    None,

    /// <summary>As many as there are connections.</summary>
    Any,

    /// <summary>This one alone, to see whether the server takes e-mail again. <see cref="SenderStatus.EndProbe"/> ends it.</summary>
    Probe
}
