using Mail.Store;

namespace Mail.SchedulerService;

/// <summary>
/// Whether the system may go on with a database that it meets anew. A copy of production must not mail real people, and one
/// that lost what was sent must not send it again. Pure.
/// </summary>
internal static class RestoreFence
{
    /// <summary>What speaks against the database.</summary>
    /// <param name="Reason">Why everything is to be held back, for people.</param>
    /// <param name="MayBeSettled">Whether another instance may still be able to vouch for the database. This one can't tell.</param>
    internal sealed record Objection(string Reason, bool MayBeSettled = false);

    /// <summary>Why everything is to be held back; null where nothing is amiss.</summary>
    /// <param name="known">What the database says of itself; null where it is new.</param>
    /// <param name="place">Where it is found to be.</param>
    /// <param name="witness">
    /// The highest count that anyone outside the database knows of, which is the broker, or this process where it vouched before;
    /// null where the broker is new or was wiped, and this process is new too.
    /// </param>
    internal static Objection? Judge(KnownInstallation? known, Place place, long? witness)
    {
        if (known is null)
            return null;
        var before = known.Installation.Place;
        var counter = known.Installation.Counter;
        if (before.Name != place.Name)
        {
            return new(
                $"MAIL_INSTANCE is {Quoted(place.Name)} here, and was {Quoted(before.Name)} where this database comes from: it may "
                + "be a copy.");
        }

        if (before.SystemIdentifier != place.SystemIdentifier)
        {
            return new(
                "PostgreSQL's system identifier is another one: this database was restored from a dump, or moved to another server.");
        }

        if (before.Database != place.Database)
            return new("PostgreSQL knows this database under another oid: it was restored from a dump, or copied.");
        if (known.Restored)
            return new("The tables of this database were restored from a dump.");
        if (witness > counter)
        {
            return new(
                $"The system had counted to {witness}, and this database is at count {counter}: it was rolled back to an earlier state.");
        }

        if (before.Timeline > place.Timeline)
        {
            return new(
                $"PostgreSQL went back from timeline {before.Timeline} to {place.Timeline}: an earlier copy of its data was put in place.");
        }

        // As long as PostgreSQL was not restarted nobody can have replaced its data directory: it needs no witness. The same holds
        // where nobody ever vouched, since nothing was ever sent.
        if (witness is null && before.Fingerprint != place.Fingerprint && known.Installation is not { Trusted: null, Found: null })
        {
            return new(
                "PostgreSQL was restarted, and RabbitMQ knows nothing of this system: it is new, or was wiped. Nothing shows whether this "
                + "database is the current one or an older copy.",
                MayBeSettled: true);
        }

        return null;
    }

    private static string Quoted(string name) => name.Length == 0 ? "not set" : $"\"{name}\"";
}
