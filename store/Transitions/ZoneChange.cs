using Npgsql;
using static Mail.Store.Sql;

namespace Mail.Store;

/// <summary>
/// Moves what waits and keeps to the clocks of a place to where a later version of the time zones has it. By the version that each e-mail
/// was last resolved by, so that none is left out, whenever it was scheduled and by whatever instance.
/// </summary>
public sealed class ZoneChange(Outbox outbox, TimeZones zones, TimeZoneVersions versions)
{
    /// <summary>The most e-mails of one batch.</summary>
    public const int BatchSize = 1000;

    private const string Older = $"""
        select e.data, coalesce(@now, clock_timestamp()) from {Emails} e
        where e.status = 'pending' and e.data->>'tzdb' is not null and (e.data->>'tzdb') collate "C" < @version
        order by (e.data->>'tzdb') collate "C", e.id limit @limit
        for update skip locked
        """;

    private const string Mark = $"""
        update {Emails} e set data = e.data || jsonb_build_object('tzdb', @version) where e.id = any(@ids)
        """;

    /// <summary>What a batch came to.</summary>
    /// <param name="Moved">How many e-mails have another time.</param>
    /// <param name="IsFull">Whether there may be more to look at.</param>
    public sealed record Done(int Moved, bool IsFull);

    /// <summary>The move of one e-mail, or its end where its series leaves it out; null where its time stays. Pure.</summary>
    /// <param name="email">The e-mail; it is pending.</param>
    /// <param name="zones">The time zones.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="by">The name of the instance.</param>
    public static EmailTransition? Decide(ScheduledEmail email, TimeZones zones, DateTimeOffset now, string by)
    {
        // One that was tried was due already.
        if (email.Local is not { } local || email.Attempts > 0 || email.DueAt != email.ScheduledDatetime
            || zones.Map(local) is not { } mapped)
        {
            return null;
        }

        if (mapped.Instant is null && local.IfSkipped == IfSkipped.Skip)
        {
            return EmailTransition.Cancel(
                email.Id, CancelReason.Removed, null,
                $"{local.ScheduledLocal} is left out by a clock change: {Why()}", by);
        }

        var meant = mapped.Instant ?? mapped.After;
        // Down to the millisecond that answers show.
        var due = meant > now ? meant : new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
        if (meant == email.ScheduledDatetime || (meant <= now && email.ScheduledDatetime <= now))
            return null;
        var sendBefore = email.SendBeforeSet && email.Occurrence is null
            ? email.SendBefore
            : email.SendBefore + (due - email.ScheduledDatetime);
        var detail = $"from {Text(email.ScheduledDatetime)} to {Text(due)}: {Why()}";
        return EmailTransition.Reschedule(email.Id, due, sendBefore, Guid.CreateVersion7(), "moved", detail, by).By(local, zones.Version);

        string Why() =>
            $"the rules of {local.TimeZone} changed between versions {email.Tzdb} and {zones.Version} of the time zones";

        static string Text(DateTimeOffset time) =>
            time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>One batch, in the caller's transaction.</summary>
    /// <param name="connection">The caller's, in a transaction.</param>
    /// <param name="now">What counts as now; null, as in production, for the database's clock.</param>
    /// <param name="by">The name of the instance.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    public async Task<Done> RunOnceAsync(NpgsqlConnection connection, DateTimeOffset? now, string by, CancellationToken cancellationToken)
    {
        if (!await versions.AreLatestAsync(connection, cancellationToken))
            return new(0, IsFull: false);
        var emails = await EmailsAsync(connection, now, cancellationToken);
        if (emails.Count == 0)
            return new(0, IsFull: false);
        var moves = emails.Select(each => Decide(each.Email, zones, each.Now, by)).OfType<EmailTransition>().ToList();
        var cancels = moves.FindAll(move => move.Patch["status"] is not null);
        var moved = await EmailChanges.RescheduleAsync(connection, [.. moves.Except(cancels)], cancellationToken);
        await EmailChanges.CancelManyAsync(connection, cancels, cancellationToken);
        if (moved.Count > 0)
            await outbox.WakeAgainAsync(connection, moved, cancellationToken);
        await using var mark = new NpgsqlCommand(Mark, connection)
        {
            Parameters =
            {
                Value("version", zones.Version),
                Value("ids", emails.Select(each => each.Email.Id).Except(moves.Select(move => move.Id)).ToArray()),
            },
        };
        await mark.ExecuteNonQueryAsync(cancellationToken);
        return new(moved.Count, emails.Count == BatchSize);
    }

    private async Task<List<(ScheduledEmail Email, DateTimeOffset Now)>> EmailsAsync(
        NpgsqlConnection connection, DateTimeOffset? now, CancellationToken cancellationToken)
    {
        var emails = new List<(ScheduledEmail, DateTimeOffset)>();
        await using var command = new NpgsqlCommand(Older, connection)
        {
            Parameters = { Value("version", zones.Version), Value("limit", BatchSize), Now(now) },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            emails.Add((StoreJson.Read<ScheduledEmail>(reader, 0), reader.GetFieldValue<DateTimeOffset>(1)));
        return emails;
    }
}
