using Mail.ConfigService.Forecasts;
using Mail.Store;

namespace Mail.ConfigService.Emails;

/// <summary>What will become of a pending e-mail as things stand. Pure.</summary>
internal static class Forecast
{
    internal const string OnTime = "on_time";
    internal const string Late = "late";
    internal const string Blocked = "blocked";
    internal const string Held = "held";

    // A healthy system hands over within milliseconds; what is older than this is not merely on its way.
    private static readonly TimeSpan _onItsWay = TimeSpan.FromSeconds(2);

    /// <summary>One of the words above; null where the e-mail is not pending.</summary>
    internal static string? Predict(ScheduledEmail email, SendingConditions conditions)
    {
        if (email.Status != EmailStatus.Pending)
            return null;
        if (conditions.HoldOf(email.ClientId) is not null)
            return Held;
        if (conditions.Blocked is not null || conditions.TooLargeFor(email) is not null)
            return Blocked;
        if (email.DueAt > email.ScheduledDatetime || conditions.Now - email.DueAt > _onItsWay)
            return Late;
        return conditions.ExpectedAt(email) - email.ScheduledDatetime <= ForecastView.Punctual ? OnTime : Late;
    }
}

/// <summary>A field that says what will become of a pending e-mail.</summary>
internal sealed class EmailForecastAttribute() : WordsAttribute(
    "What will become of a pending e-mail as things stand. `blocked`: no live sender could send it now. `held`: it is held back.",
    Forecast.OnTime, Forecast.Late, Forecast.Blocked, Forecast.Held);
