using Mail.ConfigService.Emails;
using Mail.ConfigService.Forecasts;
using Mail.Store;

namespace Mail.ConfigService.Status;

/// <summary>What a person should know of at a glance.</summary>
/// <param name="Blocked">Why nothing is sent now, as the end of a sentence; null where something could be.</param>
/// <param name="Holds">What is held back.</param>
/// <param name="Upcoming">
/// How many e-mails are due within the hour; <see cref="OverviewQueries.Many"/> at the most.
/// </param>
/// <param name="Late">What is late, by reason.</param>
/// <param name="Latest">The latest of them that are not held back, the latest first.</param>
/// <param name="Undecided">What asks for a decision, by reason.</param>
/// <param name="Newest">The newest of them.</param>
/// <param name="Neglected">Duties of the sweep that have not succeeded for minutes; empty for a client.</param>
/// <param name="Outcomes">What became of e-mails, of all clients together; empty for a client.</param>
/// <param name="Forecast">What will become of what is due in the next 24 hours.</param>
public sealed record Overview(
    string? Blocked, IReadOnlyList<Hold> Holds, long Upcoming, ReasonQueries.Groups Late, IReadOnlyList<EmailSummary> Latest,
    ReasonQueries.Groups Undecided, IReadOnlyList<EmailSummary> Newest, IReadOnlyList<DutyState> Neglected,
    IReadOnlyList<OutcomeCounts> Outcomes, ForecastView Forecast);
