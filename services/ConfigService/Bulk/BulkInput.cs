using System.ComponentModel.DataAnnotations;
using Mail.ConfigService.Emails;
using Mail.ConfigService.Endpoints;
using Mail.Store;

namespace Mail.ConfigService.Bulk;

/// <summary>What to do, and to which e-mails: exactly one of <c>ids</c> and <c>filter</c>.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Ids">The e-mails; one that is named twice counts once.</param>
/// <param name="Filter">What finds them; it must say something.</param>
/// <param name="ScheduledDatetime">For <c>move</c>: when to send them instead, with an offset. This or <c>by_seconds</c>.</param>
/// <param name="BySeconds">For <c>move</c>: by how many seconds later each is sent; earlier where it is negative.</param>
[Example("""{"action":"cancel","filter":{"client_id":"acme","status":["pending"],"subject":"spring sale"}}""")]
internal sealed record BulkInput(
    [property: BulkAction] string Action,
    [property: Length(1, BulkChange.MaxEmails)] IReadOnlyList<Guid>? Ids = null,
    BulkFilterInput? Filter = null,
    DateTimeOffset? ScheduledDatetime = null,
    long? BySeconds = null);

/// <summary>Which e-mails: those to which all that is given applies.</summary>
/// <param name="ClientId">Of this client.</param>
/// <param name="Status">That stand so.</param>
/// <param name="DueFrom">Due then or later.</param>
/// <param name="DueTo">Due before then.</param>
/// <param name="Key">With this key of the config.</param>
/// <param name="Recipient">That go to this address, or to one of which this is a part.</param>
/// <param name="Subject">Whose subject has this in it, in capital or small letters.</param>
internal sealed record BulkFilterInput(
    [property: StringLength(128, MinimumLength = 1)] string? ClientId = null,
    [property: MinLength(1), EmailStatus] IReadOnlyList<string>? Status = null,
    DateTimeOffset? DueFrom = null,
    DateTimeOffset? DueTo = null,
    [property: StringLength(ConfigItemInput.MaxKey)] string? Key = null,
    [property: StringLength(EmailFields.MaxSubject, MinimumLength = 1)] string? Recipient = null,
    [property: StringLength(EmailFields.MaxSubject, MinimumLength = 1)] string? Subject = null);

/// <summary>What became of each e-mail.</summary>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Matched">How many of the e-mails there are.</param>
/// <param name="Done">To how many of them it was done; on a dry run, would be.</param>
/// <param name="Results">One an e-mail, in the order of the ids; where a filter found them, in that of the search.</param>
[Example("""
    {"dry_run":false,"matched":2,"done":1,"results":[
      {"id":"019ad0c4-7a10-7c3e-9f65-2f1c6a5b8e01","result":"done","email_id":null},
      {"id":"019ad0b1-1c2d-7aa0-8d11-0e9f3b7c4d52","result":"too_late","email_id":null}]}
    """)]
public sealed record BulkAnswer(
    bool DryRun, int Matched, int Done, [property: MaxLength(BulkChange.MaxEmails)] IReadOnlyList<BulkResult> Results);

/// <summary>What became of one e-mail.</summary>
/// <param name="Id">The e-mail.</param>
/// <param name="Result"><c>done</c>, or why not.</param>
/// <param name="EmailId">
/// The new e-mail of a resend, or the one that it was resent as before. Null on a dry run for one that would be new.
/// </param>
public sealed record BulkResult(Guid Id, [property: BulkOutcome] string Result, Guid? EmailId);
