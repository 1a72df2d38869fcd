using Mail.Store;

namespace Mail.ConfigService.EmailConfigs;

/// <summary>The moves of e-mails that carry out a decision. Pure.</summary>
/// <param name="change">The decision.</param>
/// <param name="created">The new e-mails by key.</param>
/// <param name="revision">The revision that is saved.</param>
/// <param name="by">The name of the instance.</param>
internal sealed class ConfigTransitions(ConfigChange change, Dictionary<string, ScheduledEmail> created, long revision, string by)
{
    /// <summary>What is cancelled.</summary>
    internal List<EmailTransition> Cancellations() =>
    [
        .. change.Items.Where(item => item.Action == ConfigChange.Action.Supersede).Select(item => EmailTransition.Cancel(
            item.Old!.EmailId, CancelReason.Superseded, created[item.Wanted.Key].Id, $"superseded by config revision {revision}",
            by)),
        .. change.Removed.Select(item =>
            EmailTransition.Cancel(item.EmailId, CancelReason.Removed, null, $"removed by config revision {revision}", by)),
    ];

    /// <summary>What is kept, by other clocks.</summary>
    internal List<EmailTransition> Rezoned() =>
    [
        .. change.Items.Where(item => item.IsRezoned).Select(item => EmailTransition.Rezone(
            item.Old!.EmailId, item.Wanted.Input.Local?.Clock, item.Wanted.Input.Local?.Tzdb,
            $"{item.Wanted.Input.TimeZone ?? "no zone"} in place of {item.Old.Local?.TimeZone ?? "none"}, by config revision {revision}",
            by)),
    ];

    /// <summary>What is being sent, and is not tried again.</summary>
    internal List<EmailTransition> NotTriedAgain() =>
    [
        .. change.Items.Where(item => item.OldIsRunning).Select(item => EmailTransition.CancelOnRetry(
            item.Old!.EmailId, CancelReason.Superseded, created[item.Wanted.Key].Id, $"superseded by config revision {revision}",
            by)),
        .. change.Running.Select(item => EmailTransition.CancelOnRetry(
            item.EmailId, CancelReason.Removed, null, $"removed by config revision {revision}", by)),
    ];
}
