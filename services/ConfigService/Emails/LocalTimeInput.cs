using Mail.ConfigService.Problems;
using Mail.ConfigService.Requests;
using Mail.Store;
using NodaTime;

namespace Mail.ConfigService.Emails;

/// <summary>A time on the wall, as a request gives it.</summary>
/// <param name="Clock">The time, its zone, and what to do about clock changes.</param>
/// <param name="Zone">The zone.</param>
/// <param name="Instant">The instant that follows from them today.</param>
/// <param name="Tzdb">The version of the time zones that it follows by.</param>
internal sealed record LocalTimeInput(WallClock Clock, DateTimeZone Zone, DateTimeOffset Instant, string Tzdb)
{
    /// <summary>
    /// What to say of a time that a clock change leaves out, unless it stands there already: its zone's rules changed since. Its instant is
    /// then that of the neighbour after it. Null for one that there is.
    /// </summary>
    internal string? Refusal { get; private init; }

    // The longest name of a zone has 32 characters.
    internal const int MaxZone = 64;

    /// <summary>What it may be refused with.</summary>
    internal static ProblemCode[] Refusals =>
        [ProblemCodes.UnknownTimeZone, ProblemCodes.LocalTimeSkipped, ProblemCodes.TimeZonesOutdated];

    /// <summary>The fields that it is written in.</summary>
    internal static string[] Fields => ["scheduled_local", "time_zone", "if_skipped", "if_repeated"];

    /// <summary>Reads it, beside an instant that must agree with it. Null where it is left out, or wrong.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="zones">The zones.</param>
    /// <param name="instant">What the request gives as <c>scheduled_datetime</c>.</param>
    /// <param name="mayBeLeftOut">Whether the caller looks at <see cref="Refusal"/>.</param>
    internal static LocalTimeInput? Read(ObjectReader fields, TimeZones zones, DateTimeOffset? instant, bool mayBeLeftOut = false)
    {
        if (!fields.Has("scheduled_local"))
        {
            foreach (var field in Fields.Where(fields.Has))
            {
                fields.Errors.Add(
                    fields.Pointer(field), "goes with scheduled_local, which is left out", ProblemCodes.ConflictingFields);
            }

            return null;
        }

        var local = fields.LocalTime("scheduled_local");
        var name = fields.Text("time_zone", MaxZone, required: true);
        var ifSkipped = fields.Word("if_skipped", IfSkipped.OfTimes) ?? IfSkipped.Refuse;
        var ifRepeated = fields.Word("if_repeated", IfRepeated.All) ?? IfRepeated.First;
        var zone = ZoneOf(fields, zones, name);
        if (local is null || zone is null)
            return null;
        var mapped = LocalTimeMapping.Map(local.Value, zone, ifSkipped, ifRepeated);
        if (mapped.Instant is not { } meant)
        {
            var refusal =
                $"is left out by a clock change in {name}: the times beside it are {At(mapped.Before, zone)} and {At(mapped.After, zone)}. "
                + "Give one of them, or if_skipped before or after";
            if (mayBeLeftOut)
            {
                return new(new(LocalTimeText.Format(local.Value), name!, ifSkipped, ifRepeated), zone, mapped.After, zones.Version)
                {
                    Refusal = refusal,
                };
            }

            fields.Errors.Add(fields.Pointer("scheduled_local"), refusal, ProblemCodes.LocalTimeSkipped);
            return null;
        }

        // So that what an answer shows can be sent back.
        if (instant is not null && instant != meant)
        {
            fields.Errors.Add(
                fields.Pointer("scheduled_datetime"),
                $"is not the instant of scheduled_local, which is {MailJson.Format(meant)}: leave one of the two out",
                ProblemCodes.ConflictingFields);
        }

        return new(new(LocalTimeText.Format(local.Value), name!, ifSkipped, ifRepeated), zone, meant, zones.Version);
    }

    /// <summary>A zone by its name; null where there is none, which is an error.</summary>
    internal static DateTimeZone? ZoneOf(ObjectReader fields, TimeZones zones, string? name)
    {
        if (name is null)
            return null;
        if (zones.Find(name) is { } zone)
            return zone;
        fields.Errors.Add(
            fields.Pointer("time_zone"), $"is no time zone of the IANA database ({zones.Version}), for example Europe/Berlin",
            ProblemCodes.UnknownTimeZone);
        return null;
    }

    private static string At(DateTimeOffset instant, DateTimeZone zone) =>
        LocalTimeText.Format(NodaTime.Instant.FromDateTimeOffset(instant).InZone(zone).LocalDateTime);
}
